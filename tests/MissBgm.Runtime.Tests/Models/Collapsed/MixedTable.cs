using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Models.Collapsed;

/// <summary>Columns of every kind, with maps, limits and bounds, and rows of them.</summary>
internal static class MixedTable
{
    internal static readonly ColumnMarginal Curve = new()
    {
        Scale = MarginalScale.Normal,
        Scores = [-2.0, -0.7, 0.1, 0.1, 0.9, 2.2],
        Values = [1.0, 2.5, 3.0, 3.5, 6.0, 20.0],
        Atoms = [new MarginalAtom(0, -2.4, null, -2.2), new MarginalAtom(5.0, 0.7, 0.65, 0.75)],
        UpperTail = new MarginalTail(9.0, 4.0),
        NaturalMinimum = 0,
    };

    internal static readonly ColumnMarginal Set = new()
    {
        Scale = MarginalScale.Raw,
        Scores = [],
        Values = [],
        Atoms = [new MarginalAtom(-1, -1.2, null, -0.6), new MarginalAtom(0, 0.0, -0.6, 0.4), new MarginalAtom(2, 1.6, 0.9, null)],
    };

    internal static readonly ColumnMarginal Limited = new()
    {
        Scale = MarginalScale.Raw,
        Scores = [-3, 3],
        Values = [1.5, 4.5],
        Atoms = [],
        Limit = 0.5,
        LowerTail = new MarginalTail(0.5, 0.4),
        UpperTail = new MarginalTail(0.5, 0.4),
    };

    internal static readonly ColumnSchema[] Columns =
    [
        Number("plain", 3.0, 0.5) with { Marginal = Limited, Plausible = new PlausibleRange(2.7, 3.4) },
        Discrete("smoker", ColumnType.Binary, [0.7, 0.3]),
        Number("income", 5.0, 4.0) with { Marginal = Curve, LowerBound = 0 },
        Discrete("colour", ColumnType.Categorical, [0.5, 0.2, 0.3]),
        Number("always", 7, 1) with { Minimum = 7, Maximum = 7 },
        Number("age", 40, 15) with { Type = ColumnType.Integer, LowerBound = 18, UpperBound = 90 },
        Discrete("grade", ColumnType.Ordinal, [0.2, 0.4, 0.3, 0.1]),
        Number("code", 0.2, 1.3) with { Marginal = Set, Minimum = -1, Maximum = 2 },
        Discrete("city", ColumnType.Categorical, [0.25, 0.25, 0.25, 0.15, 0.1]),
    ];

    // Gaussian columns of them: 4 numbers, 1 + 3 + 1 + 5.
    internal const int GaussianColumns = 14;

    internal static ColumnSchema Number(string name, double location, double scale) => new()
    {
        Name = name,
        Type = ColumnType.Numeric,
        Location = location,
        Scale = scale,
        Minimum = location - 3 * scale,
        Maximum = location + 3 * scale,
        ObservedShare = 0.8,
    };

    internal static ColumnSchema Discrete(string name, ColumnType type, double[] shares) => new()
    {
        Name = name,
        Type = type,
        Location = 0,
        Scale = 1,
        Minimum = 0,
        Maximum = shares.Length - 1,
        ObservedShare = 0.8,
        Levels = [.. shares.Select((_, level) => $"{name}{level}")],
        LevelShares = shares,
    };

    // A third of the cells are missing; the first row of each table is empty.
    internal static Table Rows(ColumnSchema[] columns, int rows)
    {
        var cells = new string[rows * columns.Length];
        var uniform = new float[cells.Length];
        new Philox(8).Uniforms(uniform, RandomPurpose.Simulation, 0, 0, 0);
        for (var i = 0; i < cells.Length; i++)
        {
            var column = columns[i % columns.Length];
            var share = uniform[i] * 3 - 1;
            cells[i] = share < 0 || (i < columns.Length && rows > 1) ? ""
                : column.IsDiscrete ? column.Levels![(int)(share / 2 * column.Levels!.Count)]
                : column.IsConstant ? "7"
                : column.Marginal == Set ? $"{(share < 0.7 ? -1 : share < 1.4 ? 0 : 2)}"
                : column.Marginal == Curve && share > 1.5 ? "5"
                : column.Type == ColumnType.Integer ? $"{(int)(20 + 30 * share)}"
                : (column.Location + column.Scale * (share - 1)).ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        }

        return Table.FromText([.. columns.Select(column => column.Name)], cells, MissingTokens.Default);
    }
}
