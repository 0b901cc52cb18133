using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Densities;

/// <summary>
/// log p(z, x_mis | x_obs, r), up to a constant (MissBGM Eq. 11), with the missing values written as mean + s.d. * noise: given z, the noise is standard
/// normal a priori, so z and noise hardly depend on each other where z and x_mis do (a non-centred parameterisation; Papaspiliopoulos et al. 2007).
/// </summary>
public static class PosteriorDensity
{
    /// <summary>The rows with their missing values put in: mean + s.d. * noise.</summary>
    /// <param name="noise">Standardised missing values, [N, p].</param>
    /// <param name="x">Observed values, [N, p].</param>
    /// <param name="mean">The generator's mean at z, [N, p].</param>
    /// <param name="variance">The generator's variance at z, [N, p].</param>
    /// <param name="observed">1 where a cell is observed, 0 where it is missing, [N, p].</param>
    /// <returns>[N, p].</returns>
    public static Tensor Complete(Tensor noise, Tensor x, Tensor mean, Tensor variance, Tensor observed) =>
        observed * x + (1 - observed) * (mean + variance.Sqrt() * noise);

    /// <summary>log p(z) + log p(x_obs | z) + log p(noise) + beta log p(r | x).</summary>
    /// <param name="z">Latent variables, [N, d].</param>
    /// <param name="noise">Standardised missing values, [N, p].</param>
    /// <param name="completed">The rows of <see cref="Complete"/>, [N, p].</param>
    /// <param name="mean">The generator's mean at z, [N, p].</param>
    /// <param name="variance">The generator's variance at z, [N, p].</param>
    /// <param name="observed">1 where a cell is observed, 0 where it is missing, [N, p].</param>
    /// <param name="logits">The mask network's output at the completed rows, [N, p].</param>
    /// <param name="beta">Temperature of the mask term, a scalar.</param>
    /// <param name="factor">
    /// The covariance's low-rank factor at z, [N, p, r]; null for a diagonal covariance. With one, log p(noise) is that of the missing values times their change with noise.
    /// </param>
    /// <returns>[N].</returns>
    public static Tensor Log(Tensor z, Tensor noise, Tensor completed, Tensor mean, Tensor variance, Tensor observed, Tensor logits, Tensor beta, Tensor? factor = null)
    {
        var residual = completed - mean;
        if (factor is not null)
        {
            return LowRankCovariance.Log(residual, variance, factor)
                + 0.5 * (((1 - observed) * variance.Log()).Sum(1) - z.Square().Sum(1))
                + beta * MissingDensity.MaskLogLikelihood(observed, logits);
        }

        var cells = (observed * residual).Square() / variance + observed * variance.Log() + ((1 - observed) * noise).Square();
        return -0.5 * (z.Square().Sum(1) + cells.Sum(1)) + beta * MissingDensity.MaskLogLikelihood(observed, logits);
    }
}
