using System.Globalization;

namespace MissBgm.Runtime.Bundles;

/// <summary>Says in plain words which generators were averaged and why.</summary>
public static class GeneratorSentence
{
    /// <summary>The sentence.</summary>
    public static string Describe(GeneratorEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var draws = evidence.ParameterDraws == 0
            ? ""
            : $" The parameters are drawn {evidence.ParameterDraws} times from their posterior: "
                + "each completed table is imputed with one draw.";
        var culture = CultureInfo.InvariantCulture;
        if (evidence.Intervals is { } levels)
        {
            draws += string.Create(
                culture,
                $" Ordinal and binary columns are drawn by {(levels.PrefersLatent ? "latent normal variables" : "the normal law of their scores")}: "
                + $"log loss of {levels.HiddenCells} hidden levels {levels.Latent:0.000} by latent variables, {levels.Scores:0.000} by scores.");
        }

        if (evidence.Atoms is { } atoms)
        {
            draws += string.Create(
                culture,
                $" Numbers of which many are the same, such as 0, are drawn by {(atoms.PrefersLatent ? "latent variables" : "their scores")}: "
                + $"CRPS of {atoms.HiddenCells} hidden cells {atoms.Latent:0.000} by latent variables, {atoms.Scores:0.000} by scores.");
        }

        if (evidence.HiddenCells == 0) return $"Linear generator; no other was weighed against it.{draws}";
        var parts = evidence.Fits.GroupBy(fit => fit.Components).Select(fits => string.Create(
            culture, $"{Name(fits.Key)}{(fits.Count() > 1 ? $" ({fits.Count()} fits)" : "")} {fits.Sum(fit => fit.Weight):0.##}"));
        return string.Create(
            culture,
            $"Generators averaged: {string.Join(", ", parts)}. Weights by {evidence.HiddenCells} observed cells hidden from trial "
            + $"fits: error {evidence.AverageError:0.000} standard deviations, {evidence.LinearError:0.000} with the linear "
            + $"generator alone.{draws}");
    }

    /// <summary>What was averaged, in two lines; <c>missbgm inspect</c> has the rest.</summary>
    public static string Summarise(GeneratorEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var draws = evidence.ParameterDraws > 0 ? $"; {evidence.ParameterDraws} draws of its parameters" : "";
        if (evidence.HiddenCells == 0) return $"a linear generator; no other was weighed against it{draws}.";
        var sizes = string.Join(", ", evidence.Fits.Select(fit => fit.Components).Distinct().Order());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"generator of {sizes} {(sizes == "1" ? "component" : "components")}: hidden cells are missed by "
            + $"{evidence.AverageError:0.000} standard deviations, by {evidence.LinearError:0.000} with a linear one{draws}.");
    }

    private static string Name(int components) => components == 1 ? "linear" : $"mixture of {components} linear";
}
