using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Densities;

/// <summary>log p(x_mis | z, x_obs, r), tempered, up to a constant (MissBGM Eqs. 7 and 8).</summary>
public static class MissingDensity
{
    /// <summary>-(Eq. 8): -sum over columns of (x - mean)^2 / (2 variance), plus beta times the mask's log-likelihood.</summary>
    /// <param name="x">Completed rows, [N, p].</param>
    /// <param name="mean">The generator's mean, [N, p].</param>
    /// <param name="variance">The generator's variance, [N, p].</param>
    /// <param name="observed">1 where a cell is observed, 0 where it is missing, [N, p].</param>
    /// <param name="logits">The mask network's output at x, [N, p].</param>
    /// <param name="beta">Temperature of the mask term, a scalar.</param>
    /// <param name="factor">The covariance's low-rank factor, [N, p, r]; null for a diagonal covariance.</param>
    /// <returns>[N].</returns>
    public static Tensor Log(Tensor x, Tensor mean, Tensor variance, Tensor observed, Tensor logits, Tensor beta, Tensor? factor = null)
    {
        var residual = x - mean;
        var data = factor is not null ? LowRankCovariance.Log(residual, variance, factor) : -0.5 * (residual * (residual / variance)).Sum(1);
        return data + beta * MaskLogLikelihood(observed, logits);
    }

    /// <summary>sum of r log sig(f) + (1 - r) log(1 - sig(f)) = -softplus((1 - 2r) f), finite for any logit.</summary>
    /// <returns>[N].</returns>
    public static Tensor MaskLogLikelihood(Tensor observed, Tensor logits) => -((1 - 2 * observed) * logits).Softplus().Sum(1);
}
