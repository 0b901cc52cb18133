using System.Globalization;

namespace MissBgm.Runtime.Marginals;

/// <summary>Says in a few words what a column's map is and why.</summary>
internal static class MarginalSentence
{
    private const int ShownAtoms = 3;

    /// <summary>The words.</summary>
    public static string Describe(ColumnMarginal marginal)
    {
        var culture = CultureInfo.InvariantCulture;
        var parts = new List<string> { marginal.Scale == MarginalScale.Normal ? "normal scores" : "raw scale" };
        if (marginal.Atoms.Count > 0)
        {
            var shown = string.Join(", ", marginal.Atoms.Take(ShownAtoms).Select(atom => atom.Value.ToString("G6", culture)));
            parts.Add($"{marginal.Atoms.Count} {(marginal.Atoms.Count == 1 ? "atom" : "atoms")} ({shown}{(marginal.Atoms.Count > ShownAtoms ? ", ..." : "")})");
        }

        if (marginal.Limit is { } limit) parts.Add(string.Create(culture, $"values beyond {limit:G6} standard deviations predict as those there"));
        if (marginal.NaturalMinimum is { } minimum) parts.Add(string.Create(culture, $"never below {minimum:G6}"));
        if (marginal.NaturalMaximum is { } maximum) parts.Add(string.Create(culture, $"never above {maximum:G6}"));
        if (marginal.Evidence is { } evidence)
        {
            var normal = evidence.Normal is { } scores ? string.Create(culture, $", {scores:0.000} by normal scores") : "";
            parts.Add(
                string.Create(
                    culture,
                    $"CRPS of {evidence.HiddenCells} hidden cells {evidence.Identity:0.000} as they are, {evidence.Support:0.000} "
                    + $"with atoms and bounds{normal}"));
        }

        return string.Join("; ", parts);
    }
}
