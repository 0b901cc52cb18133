using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper.Densities;

/// <summary>log p(z | x), up to a constant (MissBGM Eqs. 5 and 6).</summary>
public static class LatentDensity
{
    /// <summary>-(Eq. 6): -1/2 |z|^2 - sum over columns of (x - mean)^2 / (2 variance) + 1/2 log variance, plus the log-probabilities of the levels.</summary>
    /// <param name="z">Latent variables, [N, d].</param>
    /// <param name="x">Completed rows, [N, p].</param>
    /// <param name="output">The distribution of x at z.</param>
    /// <param name="rows">The columns of x.</param>
    /// <returns>[N].</returns>
    internal static Tensor Log(Tensor z, Tensor x, GeneratorOutput output, RowColumns rows)
    {
        var levels = output.LogProbabilities is { } probabilities ? (rows.Encode(null, rows.Levels(x)) * probabilities).Sum(1) : null;
        var cells = output.Mean is null ? -0.5 * z.Square().Sum(1) : Log(z, rows.Cells(x)!, output.Mean, output.Variance!, output.Factor);
        return levels is null ? cells : levels + cells;
    }

    /// <summary>The same of a table of numbers.</summary>
    /// <param name="z">Latent variables, [N, d].</param>
    /// <param name="x">Completed rows, [N, p].</param>
    /// <param name="mean">The generator's mean at z, [N, p].</param>
    /// <param name="variance">The generator's variance at z, [N, p].</param>
    /// <param name="factor">The covariance's low-rank factor at z, [N, p, r]; null for a diagonal covariance.</param>
    /// <returns>[N].</returns>
    public static Tensor Log(Tensor z, Tensor x, Tensor mean, Tensor variance, Tensor? factor = null)
    {
        var residual = x - mean;
        return factor is not null
            ? -0.5 * z.Square().Sum(1) + LowRankCovariance.Log(residual, variance, factor)
            : -0.5 * (z.Square().Sum(1) + (residual * (residual / variance) + variance.Log()).Sum(1));
    }
}
