using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Bench.Studies.Inference;

/// <summary>A complete row and what its masks may depend on.</summary>
/// <param name="Y">y, of variance 2.75 about 1.</param>
/// <param name="X1">x1, standard normal.</param>
/// <param name="X2">x2, standard normal, correlation 0.5 with x1.</param>
/// <param name="Noise">y's noise given the two.</param>
internal readonly record struct Row(double Y, double X1, double X2, double Noise)
{
    /// <summary>y in standard deviations from its mean.</summary>
    public double StandardY => (Y - 1) / Math.Sqrt(2.75);
}

/// <summary>
/// y = 1 + x1 + 0.5 x2 + e, or a curve of the two, and a law by which cells of y or x1 are missing, 40 % of them or about that. A group
/// column of three levels, by x1's tertiles and chance, or seven columns that stand for the common factor of x1 and x2, take part where the
/// law has them.
/// </summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Kind">mcar, mar, mixed, curved, self or selection.</param>
/// <param name="Missing">The chance that y, and that x1 is missing.</param>
internal sealed record InferenceLaw(string Name, string Kind, Func<Row, (double Y, double X1)> Missing)
{
    private const double Share = -0.405; // logit 40 %
    private const int Indicators = 7;

    /// <summary>Whether the table has a column of groups, by which y is missing.</summary>
    public bool Groups { get; init; }

    /// <summary>The chance that an indicator is missing, from its number, its value and the row; null where the table has none.</summary>
    public Func<int, double, Row, double>? MissingIndicator { get; init; }

    /// <summary>Whether y bends with x1 and x2.</summary>
    public bool Curved { get; init; }

    /// <summary>What is known of its tables.</summary>
    public IReadOnlyList<Target> Targets => Curved ? Target.Curved : Target.Linear;

    /// <summary>Names of its columns.</summary>
    public IReadOnlyList<string> Columns =>
        [
            "y", "x1", "x2", .. Groups ? ["group"] : Array.Empty<string>(),
            .. Enumerable.Range(1, MissingIndicator is null ? 0 : Indicators).Select(j => $"w{j}"),
        ];

    /// <summary>All laws.</summary>
    public static IReadOnlyList<InferenceLaw> All { get; } =
    [
        new("y MCAR", "mcar", _ => (0.4, 0)),
        new("y MAR right", "mar", row => (Logistic(1.5 * row.X1), 0)),
        new("y MAR left", "mar", row => (Logistic(-1.5 * row.X1), 0)),
        new("x1 MAR right", "mar", row => (0, Logistic(1.5 * row.StandardY))),
        new("y MAR by an incomplete anchor", "mar", row => (Logistic(1.5 * row.X1), 0.2)),
        new("y MAR by groups", "mar", _ => (0, 0)) { Groups = true },
        new("y MAR right with indicators MCAR", "mar", row => (Logistic(1.5 * row.X1), 0)) { MissingIndicator = (_, _, _) => 0.2 },
        new("y MAR right with indicators of different rules", "mixed", row => (Logistic(1.5 * row.X1), 0)) { MissingIndicator = DifferentRules },
        new("curved y MAR right", "curved", row => (Logistic(1.5 * row.X1), 0)) { Curved = true },
        new("y self up", "self", row => (StandardNormal.Cdf(-0.35 + row.StandardY), 0)),
        new("y self down", "self", row => (StandardNormal.Cdf(-0.35 - row.StandardY), 0)),
        new("y and indicators self up", "self", row => (StandardNormal.Cdf(-0.35 + row.StandardY), 0))
        {
            MissingIndicator = (_, value, _) => StandardNormal.Cdf(-0.35 + value),
        },
        new("y selection", "selection", row => (row.Noise > 0.253 ? 1 : 0, 0)),
    ];

    /// <summary>A table: y, x1, x2, and the groups 1 to 3 or the indicators where the law has them; NaN where missing, row-major [n, columns].</summary>
    public double[] Draw(int rows, ulong seed)
    {
        var random = new NumpyGenerator(seed);
        var values = new List<double>(rows * Columns.Count);
        for (var i = 0; i < rows; i++)
        {
            var x1 = random.StandardNormal();
            var x2 = 0.5 * x1 + Math.Sqrt(0.75) * random.StandardNormal();
            var noise = random.StandardNormal();
            var bend = Curved ? 0.5 * (x1 * x1 - 1) + 0.5 * (x1 * x2 - 0.5) : 0;
            var row = new Row(1 + x1 + 0.5 * x2 + bend + noise, x1, x2, noise);
            var group = x1 + random.StandardNormal() is var g && g < -0.6 ? 1 : g < 0.6 ? 2 : 3;
            var (y, anchor) = Groups ? (new[] { 0.15, 0.4, 0.7 }[group - 1], 0.0) : Missing(row);
            var (first, second) = (random.Uniform(), random.Uniform());
            values.AddRange([first < y ? double.NaN : row.Y, second < anchor ? double.NaN : row.X1, row.X2]);
            if (Groups) values.Add(group);
            if (MissingIndicator is not { } missing) continue;
            for (var j = 0; j < Indicators; j++)
            {
                var indicator = 0.7 * (x1 + x2) / Math.Sqrt(3) + Math.Sqrt(0.51) * random.StandardNormal();
                values.Add(random.Uniform() < missing(j, indicator, row) ? double.NaN : indicator);
            }
        }

        return [.. values];
    }

    // Two by chance, two by x2, two by their own values, one complete.
    private static double DifferentRules(int indicator, double value, Row row) => indicator switch
    {
        0 or 1 => 0.3,
        2 or 3 => Logistic(row.X2),
        4 or 5 => StandardNormal.Cdf(-0.35 + value),
        _ => 0,
    };

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-Share - x));
}
