using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models;

/// <summary>
/// Discrete columns as the Gaussian columns of a collapsed model. An ordinal or binary column is one column: a level stands for the mean of
/// a standard normal variable between the level's cut-points, which are the normal quantiles of the levels' cumulative shares, scaled to
/// variance 1; back, a value is the level whose cut-points enclose it (for two levels the adaptive rounding of Bernaards, Belin and
/// Schafer, Statistics in Medicine 26, 2007). A categorical column of K levels is K columns, each level's standardised indicator; back, the
/// level whose indicator is largest, each moved by an offset so that draws have the levels with their shares (<see
/// cref="LevelOffsets"/>). Numbers stay as they are, or follow their column's map (<see cref="ColumnMarginal"/>).
/// </summary>
public sealed class GaussianCoding
{
    private const double SmallestShare = 1e-4;

    private readonly CodedColumn[] _columns;

    /// <param name="modelled">The columns that are modelled, [p].</param>
    /// <param name="normal">Whether what is led back are draws of normal variables, whose levels have the levels' shares only with
    /// offsets (<see cref="LevelOffsets"/>).</param>
    public GaussianCoding(IReadOnlyList<ColumnSchema> modelled, bool normal = true)
    {
        ArgumentNullException.ThrowIfNull(modelled);
        _columns = new CodedColumn[modelled.Count];
        for (var c = 0; c < modelled.Count; c++)
        {
            _columns[c] = CodedColumn.Of(modelled[c], Columns, normal);
            Columns += _columns[c].Width;
        }

        Names = [.. modelled.SelectMany((column, c) => _columns[c].Width == 1 ? [column.Name] : column.Levels!.Select(level => $"{column.Name}={level}"))];
        Types = [.. modelled.SelectMany((column, c) => Enumerable.Repeat(TypeOf(column, _columns[c].Width), _columns[c].Width))];

        static ColumnType TypeOf(ColumnSchema column, int width) => width == 1 && column.Type == ColumnType.Categorical ? ColumnType.Binary : column.Type;
    }

    /// <summary>Gaussian columns, q.</summary>
    public int Columns { get; }

    /// <summary>Their names, [q].</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What the column is that each of them stands for, [q].</summary>
    public IReadOnlyList<ColumnType> Types { get; }

    /// <summary>How each modelled column is coded, [p].</summary>
    internal IReadOnlyList<CodedColumn> Coded => _columns;

    /// <summary>Whether no column is discrete or has a map.</summary>
    internal bool IsIdentity => Array.TrueForAll(_columns, column => column.Codes is null && column.Map is null);

    /// <summary>A table's Gaussian columns; all of a categorical column's are missing together.</summary>
    public EncodedTable Encode(EncodedTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var (values, observed) = (new float[table.Rows * Columns], new float[table.Rows * Columns]);
        for (var cell = 0; cell < table.Values.Length; cell++)
        {
            if (table.Observed[cell] == 0) continue;
            var column = _columns[cell % table.Columns];
            var first = cell / table.Columns * Columns + column.First;
            for (var k = 0; k < column.Width; k++)
            {
                values[first + k] = column.Encode(table.Values[cell], k);
                observed[first + k] = 1;
            }
        }

        return new EncodedTable(table.Rows, Columns, values, observed);
    }

    /// <summary>Rows of Gaussian columns, row-major [rows, q], as the table's columns, [rows, p].</summary>
    public float[] Decode(float[] coded)
    {
        ArgumentNullException.ThrowIfNull(coded);
        var values = new float[coded.Length / Columns * _columns.Length];
        for (var cell = 0; cell < values.Length; cell++) values[cell] = Decode(coded.AsSpan(cell / _columns.Length * Columns, Columns), cell % _columns.Length);
        return values;
    }

    /// <summary>One column's value in a row of Gaussian columns, [q]: the number as it is, or the level's number.</summary>
    internal float Decode(ReadOnlySpan<float> row, int column) => _columns[column].Decode(row);

    /// <summary>A categorical column's indicators in a row of Gaussian columns, before offsets.</summary>
    internal double Indicator(ReadOnlySpan<float> row, int column, int level) => _columns[column].Indicator(row, level) - _columns[column].Offsets[level];

    /// <summary>The Gaussian columns of a column.</summary>
    internal IEnumerable<int> PlacesOf(int column) => Enumerable.Range(_columns[column].First, _columns[column].Width);

    /// <summary>The Gaussian column of a number that stays as it is; -1 for any other column.</summary>
    internal int PlaceOf(int column) => _columns[column].Codes is null && _columns[column].Map is null ? _columns[column].First : -1;

    /// <summary>The first of a modelled column's Gaussian columns.</summary>
    public int FirstOf(int column) => _columns[column].First;

    /// <summary>How one column is coded.</summary>
    /// <param name="First">Its first Gaussian column.</param>
    /// <param name="Width">How many it has.</param>
    /// <param name="Codes">Each level's values there; null for numbers.</param>
    /// <param name="Cuts">Cut-points between levels in an order, else empty.</param>
    /// <param name="Shares">The levels' shares.</param>
    /// <param name="Map">The map of a column of numbers.</param>
    internal sealed record CodedColumn(int First, int Width, double[][]? Codes, double[] Cuts, double[] Shares, StandardisedMap? Map = null)
    {
        public static CodedColumn Of(ColumnSchema schema, int first, bool normal)
        {
            if (!schema.IsDiscrete)
            {
                var map = schema.Marginal is { } marginal ? new StandardisedMap(marginal, schema.Location, schema.Scale) : null;
                return new CodedColumn(first, 1, null, [], [], map);
            }

            var levels = schema.Levels!.Count;
            var raw = (schema.LevelShares ?? [.. Enumerable.Repeat(1.0 / levels, levels)]).Select(share => Math.Max(share, SmallestShare)).ToArray();
            var shares = Array.ConvertAll(raw, share => share / raw.Sum());
            return schema.Type == ColumnType.Categorical && levels > 2
                ? Indicators(first, shares, normal ? schema.LevelOffsets ?? LevelOffsets.Of(shares) : new double[levels])
                : Scores(first, shares);
        }

        /// <summary>What is added to each level's indicator before the largest is taken.</summary>
        public IReadOnlyList<double> Offsets { get; init; } = [];

        public float Encode(float value, int place) => Codes is { } codes ? (float)codes[(int)value][place] : Map?.Encode(value) ?? value;

        public float Decode(ReadOnlySpan<float> row)
        {
            if (Codes is null) return Map?.Decode(row[First]) ?? row[First];
            var level = 0;
            if (Width == 1)
            {
                while (level < Cuts.Length && row[First] > Cuts[level]) level++;
                return level;
            }

            for (var k = 1; k < Width; k++)
            {
                if (Indicator(row, k) > Indicator(row, level)) level = k;
            }

            return level;
        }

        public double Indicator(ReadOnlySpan<float> row, int level) =>
            Offsets[level] + Shares[level] + Math.Sqrt(Shares[level] * (1 - Shares[level])) * row[First + level];

        private static CodedColumn Scores(int first, double[] shares)
        {
            var cuts = new double[shares.Length - 1];
            var below = 0.0;
            for (var level = 0; level < cuts.Length; level++) cuts[level] = StandardNormal.Quantile(below += shares[level]);
            double Density(int cut) => cut < 0 || cut >= cuts.Length ? 0 : Math.Exp(-0.5 * cuts[cut] * cuts[cut] - StandardNormal.LogSqrtTwoPi);
            var scores = shares.Select((share, level) => (Density(level - 1) - Density(level)) / share).ToArray();
            var scale = Math.Sqrt(scores.Select((score, level) => shares[level] * score * score).Sum());
            return new CodedColumn(first, 1, [.. scores.Select(score => new[] { score / scale })], cuts, shares);
        }

        private static CodedColumn Indicators(int first, double[] shares, IReadOnlyList<double> offsets)
        {
            double Code(int level, int of) => ((level == of ? 1 : 0) - shares[of]) / Math.Sqrt(shares[of] * (1 - shares[of]));
            return new CodedColumn(
                first, shares.Length, [.. shares.Select((_, level) => shares.Select((_, of) => Code(level, of)).ToArray())], [], shares)
            {
                Offsets = offsets,
            };
        }
    }

    /// <summary>A column's map on standardised values.</summary>
    internal sealed record StandardisedMap(ColumnMarginal Marginal, double Location, double Scale)
    {
        public float Encode(float value) => (float)Marginal.Encode(Location + Scale * value, value);

        public float Decode(float score) => (float)((Marginal.Decode(score) - Location) / Scale);
    }
}
