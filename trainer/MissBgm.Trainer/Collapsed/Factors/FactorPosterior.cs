using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Factors;

/// <summary>A draw of a factor model's parameters.</summary>
/// <param name="Model">The parameters; without posteriors of rows.</param>
/// <param name="Thresholds">Intercepts a of the columns' self masks, P(observed) = Phi(alpha x + a), [p]; 0 where there is none.</param>
internal sealed record FactorDraw(FactorModel Model, double[] Thresholds);

/// <summary>
/// Draws from the posterior of a factor model's parameters, by Gibbs sampling from where the fit ended: rows' z given the parameters; then
/// each column's regression on z, conjugate, with the fit's prior of loadings, a flat one of intercepts, and one of noise variances that
/// counts as a single cell of the variance fitted. Cells that are missing because of their own values are imputed within the chain; other
/// missing cells are integrated out.
/// </summary>
internal static class FactorPosterior
{
    private const double PriorCells = 1.0;

    /// <summary>Draws.</summary>
    /// <param name="data">Standardised table.</param>
    /// <param name="fitted">Where the fit ended.</param>
    /// <param name="slopes">Self slopes alpha, [p]; 0 where a mask is ignorable.</param>
    /// <param name="sweeps">How many sweeps the chain makes.</param>
    /// <param name="random">Random numbers.</param>
    public static FactorDraw Draw(MaskedMatrix data, FactorModel fitted, double[] slopes, int sweeps, RandomStream random)
    {
        var state = fitted with
        {
            Loadings = (double[])fitted.Loadings.Clone(),
            Intercept = (double[])fitted.Intercept.Clone(),
            Variance = (double[])fitted.Variance.Clone(),
        };
        var counts = data.ObservedCounts();
        var own = Enumerable.Range(0, data.Columns).Where(j => slopes[j] != 0.0 && counts[j] < data.Rows).ToArray();
        var table = own.Length == 0 ? data : Seen(data, own);
        var thresholds = new double[data.Columns];
        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            // The first z are drawn without the cells that nothing is imputed in yet.
            var statistics = FactorExpectation.Run(sweep == 0 ? data : table, state, threads: 1, keepPosterior: own.Length > 0, random);
            for (var j = 0; j < data.Columns; j++) Regress(state, statistics, fitted.Variance[j], j, random);
            foreach (var j in own)
            {
                thresholds[j] = Threshold(state, j, slopes[j], counts[j] / (double)data.Rows);
                Impute(data, table, state, statistics.LatentMean, (j, slopes[j], thresholds[j]), random);
            }
        }

        return new FactorDraw(state with { LatentMean = [], LatentCovariance = [], LogLikelihood = [] }, thresholds);
    }

    private static MaskedMatrix Seen(MaskedMatrix data, int[] columns)
    {
        var observed = (double[])data.Observed.Clone();
        foreach (var j in columns)
        {
            for (var i = 0; i < data.Rows; i++) observed[i * data.Stride + j] = 1.0;
        }

        return data.WithMask(data.Values, observed);
    }

    // (w, b) ~ N(m, v A^-1) with A the cross-products and the ridge; v ~ inverse gamma given the residuals.
    private static void Regress(FactorModel state, FactorStatistics statistics, double scale, int j, RandomStream random)
    {
        var (d, stride) = (state.Dimension, state.Stride);
        var e = d + 1;
        Span<double> matrix = stackalloc double[e * e];
        Span<double> factor = stackalloc double[e * e];
        Span<double> solution = stackalloc double[e];
        Span<double> noise = stackalloc double[e];
        for (int k = 0, pair = 0; k < e; k++)
        {
            for (var l = 0; l <= k; l++, pair++) matrix[k * e + l] = matrix[l * e + k] = statistics.Moments[pair * stride + j];
            (solution[k], noise[k]) = (statistics.Cross[k * stride + j], random.Normal());
        }

        matrix.CopyTo(factor);
        for (var k = 0; k < d; k++) factor[k * e + k] += FactorAnalysis.Ridge * state.Variance[j];
        if (!Cholesky.Factor(factor, e)) return;
        Cholesky.Solve(factor, e, solution);
        Cholesky.SolveTransposed(factor, e, noise);
        var residual = statistics.Squares[j];
        for (var k = 0; k < e; k++) solution[k] += Math.Sqrt(state.Variance[j]) * noise[k];
        for (var k = 0; k < e; k++)
        {
            residual -= 2.0 * solution[k] * statistics.Cross[k * stride + j];
            for (var l = 0; l < e; l++) residual += solution[k] * solution[l] * matrix[k * e + l];
        }

        for (var k = 0; k < d; k++) state.Loadings[k * stride + j] = solution[k];
        state.Intercept[j] = solution[d];
        var cells = matrix[d * e + d];
        state.Variance[j] = Math.Max((PriorCells * scale + Math.Max(residual, 0.0)) / random.ChiSquared(PriorCells + cells), FactorAnalysis.VarianceFloor);
    }

    // The chance of being observed, over x ~ N(b, v + w'w), is the share that is.
    private static double Threshold(FactorModel state, int j, double slope, double share)
    {
        var variance = state.Variance[j];
        for (var k = 0; k < state.Dimension; k++) variance += state.Loadings[k * state.Stride + j] * state.Loadings[k * state.Stride + j];
        return StandardNormal.Quantile(share) * Math.Sqrt(1.0 + slope * slope * variance) - slope * state.Intercept[j];
    }

    // x = mu + sigma u, u of correlation rho with a selection noise that stays below -t.
    private static void Impute(
        MaskedMatrix data, MaskedMatrix table, FactorModel state, double[] latent, (int Column, double Slope, double Threshold) own,
        RandomStream random)
    {
        var (d, stride, (j, slope, a)) = (state.Dimension, state.Stride, own);
        var sigma = Math.Sqrt(state.Variance[j]);
        var s = Math.Sqrt(1.0 + slope * slope * state.Variance[j]);
        var rho = slope * sigma / s;
        for (var i = 0; i < data.Rows; i++)
        {
            if (data.Observed[i * stride + j] == 1.0) continue;
            var mean = state.Intercept[j];
            for (var k = 0; k < d; k++) mean += state.Loadings[k * stride + j] * latent[i * d + k];
            var delta = StandardNormal.Quantile(Math.Max(random.Uniform() * StandardNormal.Cdf(-(slope * mean + a) / s), 1e-300));
            table.Values[i * stride + j] = mean + sigma * (rho * delta + Math.Sqrt(1.0 - rho * rho) * random.Normal());
        }
    }
}
