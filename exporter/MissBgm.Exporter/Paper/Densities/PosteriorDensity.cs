using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Networks;

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
    /// The covariance's low-rank factor at z, [N, p, r]; null for a diagonal covariance. With one, log p(noise) is that of the missing
    /// values times their change with noise.
    /// </param>
    /// <returns>[N].</returns>
    public static Tensor Log(
        Tensor z,
        Tensor noise,
        Tensor completed,
        Tensor mean,
        Tensor variance,
        Tensor observed,
        Tensor logits,
        Tensor beta,
        Tensor? factor = null)
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

    /// <summary>
    /// Of a table with discrete columns: log p(z), log p(noise) and the observed levels' log p(x | z). The noise of both kinds of columns
    /// is standard normal a priori.
    /// </summary>
    /// <param name="rows">The columns.</param>
    /// <param name="z">Latent variables, [N, d].</param>
    /// <param name="noise">Standardised missing values, [N, p].</param>
    /// <param name="levels">The completed discrete columns, [N, p - c].</param>
    /// <param name="logProbabilities">Of the levels at z, [N, sum of levels].</param>
    /// <param name="observed">1 where a cell is observed, 0 where it is missing, [N, p].</param>
    /// <returns>[N].</returns>
    internal static Tensor Levels(RowColumns rows, Tensor z, Tensor noise, Tensor levels, Tensor logProbabilities, Tensor observed)
    {
        var oneHot = rows.Encode(null, levels);
        var seen = rows.Spread(rows.Levels(observed)!);
        var prior = -0.5 * (z.Square().Sum(1) + ((1 - observed) * noise.Square()).Sum(1));
        return prior + (seen * oneHot * logProbabilities).Sum(1);
    }

    /// <summary>Adds the observed numbers' log p(x | z) to <see cref="Levels"/>; all arguments but the density are of the continuous columns.</summary>
    internal static Tensor BesideLevels(Tensor density, Tensor noise, Tensor completed, Tensor x, GeneratorOutput output, Tensor observed)
    {
        var (mean, variance) = (output.Mean!, output.Variance!);
        if (output.Factor is { } factor)
        {
            // The missing numbers' density replaces their noise's, times their change with it.
            return density + (LowRankCovariance.Log(completed - mean, variance, factor) + 0.5 * ((1 - observed) * (variance.Log() + noise.Square())).Sum(1));
        }

        var residual = x - mean;
        return density - 0.5 * (observed * (residual * (residual / variance) + variance.Log())).Sum(1);
    }
}
