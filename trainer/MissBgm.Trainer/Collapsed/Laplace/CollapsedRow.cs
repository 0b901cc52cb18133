using System.Numerics;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Laplace;

/// <summary>One thread's scratch memory for a row.</summary>
internal sealed class RowScratch(int d, int stride)
{
    public readonly double[] Mean = new double[stride];
    public readonly double[] Threshold = new double[stride];
    public readonly double[] Gradient = new double[d];
    public readonly double[] Precision = new double[d * d];
    public readonly Vector<double>[] Slopes = new Vector<double>[2 * d];
    public readonly Vector<double>[] Sums = new Vector<double>[d + d * (d + 1) / 2];
}

/// <summary>
/// One row's collapsed density: with u = (x - mu) / sigma and w = sqrt(1 - rho^2), an observed cell contributes
/// log N(x; mu, sigma^2) + log Phi((rho u + t) / w), a missing one log Phi(-t), x_mis integrated out; z has a standard normal prior.
/// </summary>
internal static class CollapsedRow
{
    /// <summary>log p(x_obs, r, z) up to the prior's constant.</summary>
    public static double LogDensity(
        CollapsedModel model, ReadOnlySpan<double> x, ReadOnlySpan<double> r, ReadOnlySpan<double> z, RowScratch scratch)
    {
        MeanAndThreshold(model, z, scratch);
        var sum = Vector<double>.Zero;
        for (var j = 0; j < model.Stride; j += Vector<double>.Count)
        {
            var cell = new Cell(model, x, r, scratch, j);
            StandardNormal.LogCdfAndMills(cell.H, out var log, out _);
            sum += log + cell.Observed * cell.LogNormal(model, j);
        }

        return Vector.Sum(sum) - 0.5 * SquaredNorm(z);
    }

    /// <summary>
    /// log p(x_obs, r, z), its gradient in z and its precision Lambda = I + sum_obs J J' / sigma^2 + sum kappa q q' into the scratch: with a
    /// linear generator minus the exact Hessian, else Gauss-Newton. Observed: kappa = h' (h' + h), q = (-rho J / sigma + J_t) / w; missing: q = J_t.
    /// </summary>
    public static double Curvature(
        CollapsedModel model, ReadOnlySpan<double> x, ReadOnlySpan<double> r, ReadOnlySpan<double> z, RowScratch scratch)
    {
        var (d, stride) = (model.Dimension, model.Stride);
        MeanAndThreshold(model, z, scratch);
        var sums = scratch.Sums.AsSpan();
        sums.Clear();
        var jacobian = scratch.Slopes.AsSpan(0, d);
        var q = scratch.Slopes.AsSpan(d, d);
        var total = Vector<double>.Zero;
        for (var j = 0; j < stride; j += Vector<double>.Count)
        {
            var cell = new Cell(model, x, r, scratch, j);
            StandardNormal.LogCdfAndMills(cell.H, out var log, out var mills);
            total += log + cell.Observed * cell.LogNormal(model, j);
            var curvature = mills * (mills + cell.H);
            var precision = cell.Observed * cell.InverseScale * cell.InverseScale;
            var toMean = cell.MeanSlope(mills);
            var toThreshold = cell.ThresholdSlope(mills);
            var thresholdSlope = new Vector<double>(model.ThresholdSlope, j);
            for (int k = 0, pair = d; k < d; k++)
            {
                var onMean = new Vector<double>(model.Loadings[(k * stride + j)..]);
                var onThreshold = thresholdSlope * onMean + new Vector<double>(model.ThresholdLoadings[(k * stride + j)..]);
                sums[k] += toMean * onMean + toThreshold * onThreshold;
                jacobian[k] = onMean;
                q[k] = cell.Missing * onThreshold + cell.Observed * cell.InverseW * (onThreshold - cell.Correlation * cell.InverseScale * onMean);
                var (weightedJacobian, weightedQ) = (precision * jacobian[k], curvature * q[k]);
                for (var l = 0; l <= k; l++, pair++) sums[pair] += weightedJacobian * jacobian[l] + weightedQ * q[l];
            }
        }

        for (int k = 0, pair = d; k < d; k++)
        {
            scratch.Gradient[k] = Vector.Sum(sums[k]) - z[k];
            for (var l = 0; l <= k; l++, pair++) scratch.Precision[k * d + l] = Vector.Sum(sums[pair]) + (k == l ? 1.0 : 0.0);
        }

        return Vector.Sum(total) - 0.5 * SquaredNorm(z);
    }

    /// <summary>
    /// Adds the row's gradient in the effective quantities (<see cref="CollapsedModel.PullBack"/>'s layout) at a given z, as often as the
    /// row counts.
    /// </summary>
    public static void AddParameterGradient(
        CollapsedModel model, ReadOnlySpan<double> x, ReadOnlySpan<double> r, ReadOnlySpan<double> z, double weight, RowScratch scratch, Span<double> sums)
    {
        var (d, stride) = (model.Dimension, model.Stride);
        MeanAndThreshold(model, z, scratch);
        for (var j = 0; j < stride; j += Vector<double>.Count)
        {
            var cell = new Cell(model, x, r, scratch, j);
            StandardNormal.LogCdfAndMills(cell.H, out _, out var mills);
            var toThreshold = cell.ThresholdSlope(mills) * weight;
            var toMean = cell.MeanSlope(mills) * weight + toThreshold * new Vector<double>(model.ThresholdSlope, j);
            var w = cell.InverseW;
            for (var k = 0; k < d; k++)
            {
                Add(sums[(k * stride + j)..], toMean * z[k]);
                Add(sums[(model.ThresholdLoadingsOffset + k * stride + j)..], toThreshold * z[k]);
            }

            Add(sums[(model.InterceptOffset + j)..], toMean);
            Add(sums[(model.LogScaleOffset + j)..], weight * cell.Observed * (cell.U * cell.U - Vector<double>.One - mills * cell.Correlation * cell.U * w));
            Add(sums[(model.CorrelationOffset + j)..], weight * cell.Observed * mills * (cell.U + cell.Correlation * cell.T) * w * w * w);
            Add(sums[(model.ThresholdOffset + j)..], toThreshold);
            Add(sums[(model.ParameterCount + j)..], toThreshold * new Vector<double>(scratch.Mean, j));
        }
    }

    /// <summary>mu(z) and t(z) into the scratch.</summary>
    public static void MeanAndThreshold(CollapsedModel model, ReadOnlySpan<double> z, RowScratch scratch)
    {
        var loadings = model.Loadings;
        var thresholdLoadings = model.ThresholdLoadings;
        for (var j = 0; j < model.Stride; j += Vector<double>.Count)
        {
            var mean = new Vector<double>(model.Intercept[j..]);
            var threshold = new Vector<double>(model.ThresholdIntercept, j);
            for (var k = 0; k < z.Length; k++)
            {
                var value = new Vector<double>(z[k]);
                mean = Vector.FusedMultiplyAdd(value, new Vector<double>(loadings[(k * model.Stride + j)..]), mean);
                threshold = Vector.FusedMultiplyAdd(value, new Vector<double>(thresholdLoadings[(k * model.Stride + j)..]), threshold);
            }

            mean.CopyTo(scratch.Mean, j);
            (threshold + new Vector<double>(model.ThresholdSlope, j) * mean).CopyTo(scratch.Threshold, j);
        }
    }

    private static double SquaredNorm(ReadOnlySpan<double> z)
    {
        var sum = 0.0;
        foreach (var value in z) sum += value * value;
        return sum;
    }

    private static void Add(Span<double> destination, Vector<double> value) => (new Vector<double>(destination) + value).CopyTo(destination);

    /// <summary>What a vector of cells of one row shares between the kernels.</summary>
    private readonly ref struct Cell
    {
        public readonly Vector<double> Observed, Missing, InverseScale, Correlation, InverseW, U, T, H;

        public Cell(CollapsedModel model, ReadOnlySpan<double> x, ReadOnlySpan<double> r, RowScratch scratch, int j)
        {
            Observed = new Vector<double>(r[j..]);
            Missing = Vector<double>.One - Observed;
            InverseScale = new Vector<double>(model.InverseScale, j);
            Correlation = new Vector<double>(model.Correlation, j);
            InverseW = new Vector<double>(model.InverseW, j);
            T = new Vector<double>(scratch.Threshold, j);
            U = Observed * (new Vector<double>(x[j..]) - new Vector<double>(scratch.Mean, j)) * InverseScale;
            H = Observed * (Correlation * U + T) * InverseW - Missing * T;
        }

        public Vector<double> LogNormal(CollapsedModel model, int j) =>
            new Vector<double>(-0.5) * U * U - new Vector<double>(model.LogScale[j..]) - new Vector<double>(StandardNormal.LogSqrtTwoPi);

        // d / d mu at fixed t, with mills = phi(h) / Phi(h).
        public Vector<double> MeanSlope(Vector<double> mills) => Observed * InverseScale * (U - mills * Correlation * InverseW);

        // d / d t.
        public Vector<double> ThresholdSlope(Vector<double> mills) => Observed * mills * InverseW - Missing * mills;
    }
}
