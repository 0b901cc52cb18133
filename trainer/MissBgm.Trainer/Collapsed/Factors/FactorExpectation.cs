using System.Numerics;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Factors;

/// <summary>What the E-step of factor analysis gathers.</summary>
/// <param name="LogLikelihood">Sum over rows of log p(x_obs).</param>
/// <param name="Moments">Sum of r E[[z;1][z;1]'], lower triangle by rows, [(d+1)(d+2)/2, S].</param>
/// <param name="Cross">Sum of r x E[[z;1]], [d+1, S].</param>
/// <param name="Squares">Sum of r x^2, [S].</param>
/// <param name="LatentMean">E[z | x_obs], [n, d]; empty unless kept.</param>
/// <param name="LatentCovariance">Cov[z | x_obs], [n, d, d]; empty unless kept.</param>
internal sealed record FactorStatistics(
    double LogLikelihood, double[] Moments, double[] Cross, double[] Squares, double[] LatentMean, double[] LatentCovariance);

/// <summary>The E-step: the exact Gaussian posterior of every row's z given its observed cells, and the M-step's sufficient statistics.</summary>
internal static class FactorExpectation
{
    /// <summary>One pass over the rows.</summary>
    /// <param name="data">The table.</param>
    /// <param name="model">The model.</param>
    /// <param name="threads">Threads; one where z is drawn.</param>
    /// <param name="keepPosterior">Whether to keep every row's z.</param>
    /// <param name="random">Where given, z is drawn from its posterior, and the draw stands for its mean, its covariance being 0.</param>
    public static FactorStatistics Run(MaskedMatrix data, FactorModel model, int threads, bool keepPosterior, RandomStream? random = null)
    {
        var (d, stride, n) = (model.Dimension, model.Stride, data.Rows);
        var moments = (d + 1) * (d + 2) / 2 * stride;
        var cross = (d + 1) * stride;
        var size = RowBlocks.Size(n, 128);
        var partials = new double[RowBlocks.Count(n, size)][];
        var mean = new double[keepPosterior ? n * d : 0];
        var covariance = new double[keepPosterior ? n * d * d : 0];
        var precision = Array.ConvertAll(model.Variance, v => 1.0 / v);
        var logPrecision = Array.ConvertAll(model.Variance, v => -0.5 * Math.Log(2.0 * Math.PI * v));

        RowBlocks.Run(n, size, threads, () => new Workspace(d, stride), (scratch, block, start, end) =>
        {
            var sums = partials[block] = new double[moments + cross + stride + 1];
            for (var row = start; row < end; row++)
            {
                sums[^1] += data.Weights[row] * Posterior(data.Row(row), data.Mask(row), model, precision, logPrecision, scratch);
                if (random is not null) scratch.Draw(random);
                Accumulate(data.Row(row), data.Mask(row), data.Weights[row], d, stride, scratch, sums);
                if (!keepPosterior) continue;
                scratch.Mean.AsSpan(0, d).CopyTo(mean.AsSpan(row * d));
                scratch.Covariance.CopyTo(covariance.AsSpan(row * d * d));
            }
        });

        var total = RowBlocks.Sum(partials);
        return new FactorStatistics(
            total[^1], total[..moments], total[moments..(moments + cross)], total[(moments + cross)..^1], mean, covariance);
    }

    // Lambda = I + sum_obs W W' / v, mean = Lambda^-1 sum_obs W (x - b) / v; returns the row's log-likelihood.
    private static double Posterior(
        ReadOnlySpan<double> x, ReadOnlySpan<double> r, FactorModel model, double[] precision, double[] logPrecision, Workspace scratch)
    {
        var (d, stride) = (model.Dimension, model.Stride);
        var width = Vector<double>.Count;
        var (weighted, centred) = (scratch.Weighted, scratch.Centred);
        var (quadratic, constant) = (Vector<double>.Zero, Vector<double>.Zero);
        for (var j = 0; j < stride; j += width)
        {
            var weight = new Vector<double>(r[j..]) * new Vector<double>(precision, j);
            var difference = new Vector<double>(x[j..]) - new Vector<double>(model.Intercept, j);
            quadratic += weight * difference * difference;
            constant += new Vector<double>(r[j..]) * new Vector<double>(logPrecision, j);
            weight.CopyTo(weighted, j);
            (weight * difference).CopyTo(centred, j);
        }

        for (var k = 0; k < d; k++)
        {
            var loading = model.Loadings.AsSpan(k * stride, stride);
            scratch.Right[k] = scratch.Mean[k] = MaskedMatrix.Dot(loading, centred);
            for (var j = 0; j < stride; j += width) (new Vector<double>(loading[j..]) * new Vector<double>(weighted, j)).CopyTo(scratch.Product, j);
            for (var l = 0; l <= k; l++)
            {
                scratch.Factor[k * d + l] = (k == l ? 1.0 : 0.0) + MaskedMatrix.Dot(scratch.Product, model.Loadings.AsSpan(l * stride, stride));
            }
        }

        Cholesky.Factor(scratch.Factor, d);
        Cholesky.Solve(scratch.Factor, d, scratch.Mean);
        Cholesky.Invert(scratch.Factor, d, scratch.Covariance);
        var explained = 0.0;
        for (var k = 0; k < d; k++) explained += scratch.Right[k] * scratch.Mean[k];
        return Vector.Sum(constant) - 0.5 * (Vector.Sum(quadratic) - explained + Cholesky.LogDeterminant(scratch.Factor, d));
    }

    private static void Accumulate(ReadOnlySpan<double> x, ReadOnlySpan<double> r, double weight, int d, int stride, Workspace scratch, double[] sums)
    {
        var width = Vector<double>.Count;
        scratch.Mean[d] = 1.0;
        var pair = 0;
        for (var k = 0; k <= d; k++)
        {
            for (var l = 0; l <= k; l++, pair++)
            {
                var second = scratch.Mean[k] * scratch.Mean[l] + (k < d ? scratch.Covariance[k * d + l] : 0.0);
                MaskedMatrix.AddScaled(r, weight * second, sums.AsSpan(pair * stride, stride));
            }
        }

        // Values are 0 where missing: r x = x.
        var offset = pair * stride;
        for (var k = 0; k <= d; k++) MaskedMatrix.AddScaled(x, weight * scratch.Mean[k], sums.AsSpan(offset + k * stride, stride));
        offset += (d + 1) * stride;
        for (var j = 0; j < stride; j += width)
        {
            var value = new Vector<double>(x[j..]);
            (new Vector<double>(sums, offset + j) + value * value * weight).CopyTo(sums, offset + j);
        }
    }

    private sealed class Workspace(int d, int stride)
    {
        public readonly double[] Weighted = new double[stride];
        public readonly double[] Centred = new double[stride];
        public readonly double[] Product = new double[stride];
        public readonly double[] Factor = new double[d * d];
        public readonly double[] Covariance = new double[d * d];
        public readonly double[] Mean = new double[d + 1];
        public readonly double[] Right = new double[d];

        // The factor is the precision's.
        public void Draw(RandomStream random)
        {
            for (var k = 0; k < d; k++) Right[k] = random.Normal();
            Cholesky.SolveTransposed(Factor, d, Right);
            for (var k = 0; k < d; k++) Mean[k] += Right[k];
            Array.Clear(Covariance);
        }
    }
}
