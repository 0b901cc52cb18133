using System.Numerics;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Evidence;

/// <summary>What the threshold t pays for, beside the observed cells' log Phi((rho u + t) / w).</summary>
internal enum ThresholdTerm
{
    /// <summary>Selection: each missing cell adds log Phi(-t).</summary>
    Selection,

    /// <summary>Extended skew-normal noise, mask independent: each observed cell subtracts log Phi(t).</summary>
    SkewNoise,

    /// <summary>Skew-normal noise: the threshold stays at 0, where log Phi(0) is subtracted for each observed cell.</summary>
    SkewNormalNoise,
}

/// <summary>A column's fitted intercept, noise and threshold for a given rho.</summary>
/// <param name="Intercept">b.</param>
/// <param name="LogScale">log sigma.</param>
/// <param name="Threshold">t.</param>
/// <param name="LogLikelihood">Maximised log-likelihood.</param>
internal readonly record struct ColumnFit(double Intercept, double LogScale, double Threshold, double LogLikelihood);

/// <summary>
/// Maximum likelihood of (b, log sigma, t) for one column's residuals at a given rho, by Newton's method in Olsen's coordinates
/// theta = 1 / sigma, gamma = b / sigma (Econometrica 46, 1978): there u = theta e - gamma is linear, so with the selection term the
/// log-likelihood is concave and its maximum unique. With skew noise -n log Phi(t) is convex in t: the Hessian is lifted where it is not
/// negative definite, and several starts are tried.
/// </summary>
internal static class ColumnSelectionFit
{
    private const int Iterations = 60;
    private const double DecrementTolerance = 1e-9;
    private const double ThresholdBound = 10.0;
    private static readonly double[] SkewStarts = [-1.0, 0.0, 1.0];

    /// <summary>Selection at a given rho: Heckman's likelihood, its covariates the offsets of the mask.</summary>
    public static ColumnFit Selection(ColumnResiduals column, double rho)
    {
        var threshold = StandardNormal.Quantile(column.ObservedShare);
        return Maximise(column, rho, ThresholdTerm.Selection, Start(column, rho, threshold));
    }

    /// <summary>Extended skew-normal noise phi(u) Phi((rho u + tau) / w) / Phi(tau) with free tau, the best of four starts.</summary>
    public static ColumnFit SkewNoise(ColumnResiduals column, double rho)
    {
        var best = Maximise(column, rho, ThresholdTerm.SkewNoise, Start(column, rho, StandardNormal.Quantile(column.ObservedShare)));
        foreach (var tau in SkewStarts)
        {
            var fit = Maximise(column, rho, ThresholdTerm.SkewNoise, Start(column, rho, tau));
            if (fit.LogLikelihood > best.LogLikelihood) best = fit;
        }

        return best;
    }

    /// <summary>Skew-normal noise 2 phi(u) Phi(rho u / w) (Azzalini, 1985): concave, one start.</summary>
    public static ColumnFit SkewNormalNoise(ColumnResiduals column, double rho) =>
        Maximise(column, rho, ThresholdTerm.SkewNormalNoise, Start(column, rho, 0.0));

    // (theta, gamma, t) whose observed-side mean and variance match the residuals' moments: k = phi(t) / Phi(t), sigma^2 = v / (1 - rho^2 k (k + t)).
    private static double[] Start(ColumnResiduals column, double rho, double threshold)
    {
        var (sum, square) = (0.0, 0.0);
        foreach (var e in column.Values) (sum, square) = (sum + e, square + e * e);
        var mean = sum / column.Observed;
        var variance = Math.Max(square / column.Observed - mean * mean, 1e-6);
        var k = StandardNormal.InverseMills(threshold);
        var sigma = Math.Sqrt(variance / Math.Max(1.0 - rho * rho * k * (k + threshold), 0.05));
        return [1.0 / sigma, (mean - rho * k * sigma) / sigma, threshold];
    }

    private static ColumnFit Maximise(ColumnResiduals column, double rho, ThresholdTerm term, double[] point)
    {
        Span<double> gradient = stackalloc double[3];
        Span<double> hessian = stackalloc double[9];
        Span<double> step = stackalloc double[3];
        Span<double> trial = stackalloc double[3];
        var value = Evaluate(column, rho, term, point, gradient, hessian);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            AscentStep(gradient, hessian, step);
            var decrement = gradient[0] * step[0] + gradient[1] * step[1] + gradient[2] * step[2];
            if (decrement < DecrementTolerance) break;

            var accepted = false;
            for (var size = 1.0; size > 1e-6 && !accepted; size *= 0.5)
            {
                for (var i = 0; i < 3; i++) trial[i] = point[i] + size * step[i];
                if (trial[0] <= 0.2 * point[0] || Math.Abs(trial[2]) > ThresholdBound) continue;
                var next = Evaluate(column, rho, term, trial, gradient, hessian);
                if (!(next >= value + 1e-4 * size * decrement)) continue;
                (value, accepted) = (next, true);
                trial.CopyTo(point);
            }

            if (!accepted) break;
        }

        return new ColumnFit(point[1] / point[0], -Math.Log(point[0]), point[2], value);
    }

    // (-H + lift I)^-1 g with the smallest lift (by tens) that makes it positive definite.
    private static void AscentStep(ReadOnlySpan<double> gradient, ReadOnlySpan<double> hessian, Span<double> step)
    {
        Span<double> factor = stackalloc double[9];
        var scale = Math.Abs(hessian[0]) + Math.Abs(hessian[4]) + Math.Abs(hessian[8]);
        for (var lift = 0.0; ; lift = lift == 0.0 ? 1e-6 * scale : 10.0 * lift)
        {
            for (var i = 0; i < 9; i++) factor[i] = -hessian[i] + (i % 4 == 0 ? lift : 0.0);
            if (!Cholesky.Factor(factor, 3)) continue;
            gradient.CopyTo(step);
            Cholesky.Solve(factor, 3, step);
            return;
        }
    }

    // Log-likelihood with gradient and Hessian in (theta, gamma, t).
    private static double Evaluate(
        ColumnResiduals column, double rho, ThresholdTerm term, ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian)
    {
        var (theta, gamma, t) = (point[0], point[1], point[2]);
        var inverseW = 1.0 / Math.Sqrt(1.0 - rho * rho);
        var slope = new Vector<double>(rho * inverseW);
        var shift = new Vector<double>(t * inverseW);
        var (vTheta, vGamma) = (new Vector<double>(theta), new Vector<double>(gamma));
        Vector<double> value = default, gu = default, gue = default, lambda = default, kappa = default, kappaE = default, kappaEe = default,
        ee = default, e1 = default;
        for (var i = 0; i < column.Values.Length; i += Vector<double>.Count)
        {
            var weight = column.Weight(i);
            var e = new Vector<double>(column.Values, i);
            var u = vTheta * e - vGamma;
            // Noise of its own law is cut at one place; what selects moves with the other columns.
            var h = slope * u + shift + (term == ThresholdTerm.Selection ? new Vector<double>(column.Offsets, i) * inverseW : Vector<double>.Zero);
            StandardNormal.LogCdfAndMills(h, out var log, out var mills);
            var curvature = weight * mills * (mills + h);
            var du = weight * (mills * slope - u);
            value += weight * (log - 0.5 * u * u);
            gu += du;
            gue += du * e;
            lambda += weight * mills;
            kappa += curvature;
            kappaE += curvature * e;
            kappaEe += curvature * e * e;
            ee += e * e;
            e1 += e;
        }

        var n = (double)column.Observed;
        var (threshold, first, second) = Threshold(column, term, t);
        var square = slope[0] * slope[0];
        var mixed = slope[0] * inverseW;
        gradient[0] = Vector.Sum(gue) + n / theta;
        gradient[1] = -Vector.Sum(gu);
        gradient[2] = Vector.Sum(lambda) * inverseW + first;
        hessian[0] = -Vector.Sum(ee) - square * Vector.Sum(kappaEe) - n / (theta * theta);
        hessian[1] = hessian[3] = Vector.Sum(e1) + square * Vector.Sum(kappaE);
        hessian[4] = -n - square * Vector.Sum(kappa);
        hessian[2] = hessian[6] = -mixed * Vector.Sum(kappaE);
        hessian[5] = hessian[7] = mixed * Vector.Sum(kappa);
        hessian[8] = -inverseW * inverseW * Vector.Sum(kappa) + second;
        if (term == ThresholdTerm.SkewNormalNoise) (gradient[2], hessian[2], hessian[5], hessian[6], hessian[7], hessian[8]) = (0.0, 0.0, 0.0, 0.0, 0.0, -1.0);
        return Vector.Sum(value) + n * (Math.Log(theta) - StandardNormal.LogSqrtTwoPi) + threshold;
    }

    // The threshold's own term with its two derivatives.
    private static (double Value, double First, double Second) Threshold(ColumnResiduals column, ThresholdTerm term, double t)
    {
        if (term != ThresholdTerm.Selection)
        {
            var mills = StandardNormal.InverseMills(t);
            return (-column.Observed * StandardNormal.LogCdf(t), -column.Observed * mills, column.Observed * mills * (mills + t));
        }

        if (column.MissingOffsets.Length > 0)
        {
            var (value, first, second) = (0.0, 0.0, 0.0);
            foreach (var offset in column.MissingOffsets)
            {
                StandardNormal.LogCdfAndMills(new Vector<double>(-t - offset), out var log, out var mills);
                (value, first, second) = (value + log[0], first - mills[0], second - mills[0] * (mills[0] - t - offset));
            }

            return (value, first, second);
        }

        var hazard = StandardNormal.InverseMills(-t);
        return (column.Missing * StandardNormal.LogCdf(-t), -column.Missing * hazard, -column.Missing * hazard * (hazard - t));
    }
}
