using System.Numerics;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>A mask's dependence on several columns at once.</summary>
/// <param name="LogEvidence">log of the mask's marginal likelihood over that of a constant chance.</param>
/// <param name="Coefficients">Posterior mode at the best prior scale: intercept, then one for each column.</param>
internal sealed record RidgeFit(double LogEvidence, double[] Coefficients);

/// <summary>
/// Probit of a mask on several standardised columns, coefficients independent N(0, s^2): the posterior's mode by Newton's method, the marginal likelihood by
/// Laplace's approximation, averaged over s. The prior keeps all finite where the columns separate the mask perfectly.
/// </summary>
internal static class RidgeProbit
{
    private const int Iterations = 30;
    private static readonly double[] Scales = [0.1, 0.2, 0.4, 0.8];

    /// <summary>Fits.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="columns">Standardised, padded with zeros, [k][n].</param>
    public static RidgeFit Fit(ColumnMask mask, IReadOnlyList<double[]> columns)
    {
        var k = columns.Count + 1;
        var (evidence, best, coefficients) = (new List<double>(), double.NegativeInfinity, Array.Empty<double>());
        foreach (var scale in Scales)
        {
            var (beta, value, factor, intercept) = Mode(mask, columns, 1.0 / (scale * scale));
            var log = value - mask.ConstantLogLikelihood - columns.Count * Math.Log(scale) - 0.5 * Cholesky.LogDeterminant(factor, k)
                + 0.5 * Math.Log(intercept);
            evidence.Add(log);
            if (log > best) (best, coefficients) = (log, beta);
        }

        return new RidgeFit(LogMean.Of(evidence), coefficients);
    }

    private static (double[] Beta, double Value, double[] Factor, double Intercept) Mode(ColumnMask mask, IReadOnlyList<double[]> columns, double precision)
    {
        var k = columns.Count + 1;
        var (beta, gradient, hessian) = (new double[k], new double[k], new double[k * k]);
        beta[0] = StandardNormal.Quantile(mask.Share);
        var value = Evaluate(mask, columns, precision, beta, gradient, hessian);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            var step = (double[])gradient.Clone();
            Cholesky.Factor(hessian, k);
            Cholesky.Solve(hessian, k, step);
            var gain = Enumerable.Range(0, k).Sum(i => step[i] * gradient[i]);
            if (gain < 1e-7) break;
            // Concave: halving always ends.
            for (var size = 1.0; size > 1e-6; size *= 0.5)
            {
                var trial = beta.Select((b, i) => b + size * step[i]).ToArray();
                var next = Evaluate(mask, columns, precision, trial, gradient, hessian);
                if (next < value) continue;
                (beta, value) = (trial, next);
                break;
            }
        }

        Evaluate(mask, columns, precision, beta, gradient, hessian);
        var intercept = hessian[0];
        Cholesky.Factor(hessian, k);
        return (beta, value, hessian, intercept);
    }

    // Log-likelihood less the penalty; its gradient, and minus its Hessian.
    private static double Evaluate(ColumnMask mask, IReadOnlyList<double[]> columns, double precision, double[] beta, double[] gradient, double[] hessian)
    {
        var (k, width, one) = (beta.Length, Vector<double>.Count, Vector<double>.One);
        var (sums, squares) = (new Vector<double>[k], new Vector<double>[k * k]);
        var value = Vector<double>.Zero;
        for (var i = 0; i < mask.Observed.Length; i += width)
        {
            var eta = new Vector<double>(beta[0]);
            for (var c = 1; c < k; c++) eta += new Vector<double>(columns[c - 1], i) * beta[c];
            var sign = new Vector<double>(mask.Observed, i) * 2.0 - one;
            StandardNormal.LogCdfAndMills(sign * eta, out var log, out var mills);
            var lanes = new Vector<double>(mask.Weight, i);
            value += lanes * log;
            var (slope, curvature) = (lanes * sign * mills, lanes * mills * (mills + sign * eta));
            for (var c = 0; c < k; c++)
            {
                var x = c == 0 ? one : new Vector<double>(columns[c - 1], i);
                sums[c] += slope * x;
                var weighted = curvature * x;
                squares[c * k] += weighted;
                for (var e = 1; e <= c; e++) squares[c * k + e] += weighted * new Vector<double>(columns[e - 1], i);
            }
        }

        var penalty = 0.0;
        for (var c = 0; c < k; c++)
        {
            var ridge = c == 0 ? 0.0 : precision;
            penalty += 0.5 * ridge * beta[c] * beta[c];
            gradient[c] = Vector.Sum(sums[c]) - ridge * beta[c];
            for (var e = 0; e <= c; e++) hessian[c * k + e] = hessian[e * k + c] = Vector.Sum(squares[c * k + e]) + (c == e ? ridge + 1e-9 : 0.0);
        }

        return Vector.Sum(value) - penalty;
    }
}
