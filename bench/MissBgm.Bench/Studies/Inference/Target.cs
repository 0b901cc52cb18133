using MathNet.Numerics.LinearAlgebra;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Bench.Studies.Inference;

/// <summary>An estimate from a complete table, on a scale where it is about normal.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="DegreesOfFreedom">Of the complete table.</param>
internal readonly record struct Estimate(double Value, double StandardError, double DegreesOfFreedom);

/// <summary>Something to learn of y, x1 and x2, known under the law that tables are drawn from.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Truth">Its true value, on the scale of the estimates.</param>
/// <param name="Of">The estimate from a complete table, row-major [n, columns], y, x1, x2 first.</param>
internal sealed record Target(string Name, double Truth, Func<double[], int, Estimate> Of)
{
    private const double Cut = 2;
    private static readonly double Deviation = Math.Sqrt(2.75);

    /// <summary>Of y = 1 + x1 + 0.5 x2 + e.</summary>
    public static IReadOnlyList<Target> Linear { get; } =
    [
        new("mean", 1, (table, p) => Mean(Column(table, p, 0))),
        new("slope", 1, (table, p) => Coefficient(table, p, 1, Straight)),
        new("quantile", 1 + Deviation * StandardNormal.Quantile(0.75), (table, p) => Quantile(Column(table, p, 0), 0.75)),
        new("proportion", 1 - StandardNormal.Cdf((Cut - 1) / Deviation), (table, p) => Proportion(Column(table, p, 0))),
        new("correlation", Math.Atanh(1.25 / Deviation), (table, p) => Correlation(Column(table, p, 0), Column(table, p, 1))),
        new("logistic", LogisticTruth.Slope, (table, p) => LogisticTruth.Fit([.. Column(table, p, 0).Select(y => y > 1 ? 1.0 : 0.0)], Column(table, p, 1))),
    ];

    /// <summary>Of the curved law.</summary>
    public static IReadOnlyList<Target> Curved { get; } =
    [
        new("mean", 1, (table, p) => Mean(Column(table, p, 0))),
        new("slope", 1, (table, p) => Coefficient(table, p, 1, Bent)),
        new("quadratic", 0.5, (table, p) => Coefficient(table, p, 3, Bent)),
        new("interaction", 0.5, (table, p) => Coefficient(table, p, 4, Bent)),
    ];

    /// <summary>Names of all targets.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Linear.Concat(Curved).Select(target => target.Name).Distinct()];

    private static double[] Straight(double x1, double x2) => [1, x1, x2];

    private static double[] Bent(double x1, double x2) => [1, x1, x2, x1 * x1, x1 * x2];

    private static double[] Column(double[] table, int p, int column) => [.. Enumerable.Range(0, table.Length / p).Select(i => table[i * p + column])];

    private static Estimate Mean(double[] y)
    {
        var mean = y.Average();
        return new Estimate(mean, Math.Sqrt(y.Sum(v => (v - mean) * (v - mean)) / (y.Length - 1.0) / y.Length), y.Length - 1);
    }

    // Least squares of y on terms of x1 and x2.
    private static Estimate Coefficient(double[] table, int p, int term, Func<double, double, double[]> terms)
    {
        var rows = table.Chunk(p).Select(row => terms(row[1], row[2])).ToArray();
        var design = Matrix<double>.Build.DenseOfRowArrays(rows);
        var y = Vector<double>.Build.Dense(Column(table, p, 0));
        var inverse = (design.Transpose() * design).Inverse();
        var beta = inverse * (design.Transpose() * y);
        var residual = y - design * beta;
        var df = rows.Length - beta.Count;
        return new Estimate(beta[term], Math.Sqrt(residual.DotProduct(residual) / df * inverse[term, term]), df);
    }

    // Type 7; the density at the quantile by a Gaussian kernel with Silverman's bandwidth.
    private static Estimate Quantile(double[] y, double probability)
    {
        Array.Sort(y);
        var position = probability * (y.Length - 1);
        var below = (int)position;
        var quantile = y[below] + (position - below) * (y[Math.Min(below + 1, y.Length - 1)] - y[below]);
        var mean = y.Average();
        var bandwidth = 1.06 * Math.Sqrt(y.Average(v => (v - mean) * (v - mean))) * Math.Pow(y.Length, -0.2);
        var density = y.Average(v => Math.Exp(-0.5 * Math.Pow((v - quantile) / bandwidth, 2))) / (bandwidth * Math.Sqrt(2 * Math.PI));
        return new Estimate(quantile, Math.Sqrt(probability * (1 - probability) / y.Length) / density, y.Length - 1);
    }

    private static Estimate Proportion(double[] y)
    {
        // Two cases more on either side (Agresti and Coull): the standard error never vanishes.
        var (n, above) = (y.Length, y.Count(v => v > Cut));
        var padded = (above + 2.0) / (n + 4);
        return new Estimate(above / (double)n, Math.Sqrt(padded * (1 - padded) / n), n - 1);
    }

    // Fisher's z.
    private static Estimate Correlation(double[] a, double[] b) =>
        new(Math.Atanh(MathNet.Numerics.Statistics.Correlation.Pearson(a, b)), 1 / Math.Sqrt(a.Length - 3.0), a.Length - 3);
}
