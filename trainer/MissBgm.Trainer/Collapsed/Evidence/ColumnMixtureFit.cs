using System.Numerics;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Evidence;

/// <summary>Gaussian mixtures of up to three components as laws of a column's residuals, by EM; the best by BIC.</summary>
internal static class ColumnMixtureFit
{
    private const int MostComponents = 3;
    private const int Iterations = 80;
    private const double VarianceFloor = 0.02;

    /// <summary>The largest log-likelihood - (3K - 1) / 2 log n over K = 1, 2, 3, of the observed residuals alone.</summary>
    public static double BestBic(ColumnResiduals column)
    {
        var (z, scale) = Standardise(column);
        var n = column.Observed;
        var best = double.NegativeInfinity;
        for (var k = 1; k <= MostComponents && k < n; k++)
        {
            best = Math.Max(best, LogLikelihood(z, column, k) - n * Math.Log(scale) - 0.5 * (3 * k - 1) * Math.Log(n));
        }

        return best;
    }

    private static (double[] Sorted, double Scale) Standardise(ColumnResiduals column)
    {
        var sorted = column.Values[..column.Observed];
        Array.Sort(sorted);
        var mean = sorted.Average();
        var scale = Math.Sqrt(sorted.Sum(e => (e - mean) * (e - mean)) / sorted.Length) + 1e-9;
        var padded = new double[column.Values.Length];
        for (var i = 0; i < sorted.Length; i++) padded[i] = (sorted[i] - mean) / scale;
        return (padded, scale);
    }

    // Starts at the quantiles (k + 1/2) / K, variance 1/2, equal weights. The value belongs to the last E-step.
    private static double LogLikelihood(double[] sorted, ColumnResiduals column, int components)
    {
        var n = column.Observed;
        if (components == 1) return -n * (StandardNormal.LogSqrtTwoPi + 0.5);
        var (mean, variance, weight) = (new double[components], new double[components], new double[components]);
        for (var k = 0; k < components; k++) (mean[k], variance[k], weight[k]) = (sorted[(int)((k + 0.5) / components * n)], 0.5, 1.0 / components);
        var value = double.NegativeInfinity;
        for (var iteration = 0; iteration <= Iterations; iteration++)
        {
            var previous = value;
            value = Step(sorted, column, mean, variance, weight);
            if (value - previous < 1e-6) break;
        }

        return value;
    }

    // One E-step and M-step in place; returns the log-likelihood before the M-step.
    private static double Step(double[] z, ColumnResiduals column, double[] mean, double[] variance, double[] weight)
    {
        var components = mean.Length;
        Span<Vector<double>> count = stackalloc Vector<double>[MostComponents];
        Span<Vector<double>> first = stackalloc Vector<double>[MostComponents];
        Span<Vector<double>> second = stackalloc Vector<double>[MostComponents];
        Span<Vector<double>> density = stackalloc Vector<double>[MostComponents];
        count.Clear();
        first.Clear();
        second.Clear();
        var logLikelihood = Vector<double>.Zero;
        for (var i = 0; i < z.Length; i += Vector<double>.Count)
        {
            var x = new Vector<double>(z, i);
            var total = new Vector<double>(1e-300);
            for (var k = 0; k < components; k++)
            {
                var difference = x - new Vector<double>(mean[k]);
                density[k] = Vector.Exp(difference * difference * (-0.5 / variance[k])) * (weight[k] / Math.Sqrt(2.0 * Math.PI * variance[k]));
                total += density[k];
            }

            var lanes = column.Weight(i);
            logLikelihood += lanes * Vector.Log(total);
            for (var k = 0; k < components; k++)
            {
                var share = lanes * density[k] / total;
                count[k] += share;
                first[k] += share * x;
                second[k] += share * x * x;
            }
        }

        for (var k = 0; k < components; k++)
        {
            var mass = Vector.Sum(count[k]) + 1e-9;
            mean[k] = Vector.Sum(first[k]) / mass;
            variance[k] = Math.Max(Vector.Sum(second[k]) / mass - mean[k] * mean[k], VarianceFloor);
            weight[k] = mass / column.Observed;
        }

        return Vector.Sum(logLikelihood);
    }
}
