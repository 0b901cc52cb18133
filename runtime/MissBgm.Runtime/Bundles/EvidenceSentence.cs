using System.Globalization;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Bundles;

/// <summary>Says in plain words why a mechanism was chosen, what that rests on, and what the data cannot tell.</summary>
public static class EvidenceSentence
{
    /// <summary>The sentences, for a user who knows no statistics beyond the standard deviation.</summary>
    public static string Describe(MechanismEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var text = $"Mechanism {evidence.Chosen.Name()}, {(evidence.Forced ? "as asked" : "chosen by the data")}. {Findings(evidence)} {Limits(evidence)}";
        return evidence.Ignorable.Count == 0 || evidence.Chosen == Mechanism.Ignorable
            ? text
            : $"{text} Taken as ignorable all the same: the masks of {string.Join(", ", evidence.Ignorable)}.";
    }

    /// <summary>What was chosen, in two lines; <c>missbgm inspect</c> has the rest.</summary>
    public static string Summarise(MechanismEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var chosen = $"mechanism {evidence.Chosen.Name()}, {(evidence.Forced ? "as asked" : "chosen by the data")}";
        if (evidence.Columns.Count == 0) return $"{chosen}: too little is missing to learn anything about the mask.";
        if (evidence.Ignorable.Count > 0 && evidence.Chosen != Mechanism.Ignorable)
        {
            return $"{chosen}. Taken as ignorable all the same: the masks of {Listing.Of(evidence.Ignorable, name => name)}.";
        }

        if (evidence.Forced) return $"{chosen}; missbgm inspect says what the data would have chosen by.";
        return evidence.Chosen switch
        {
            Mechanism.Selection => $"{chosen}: values are cut off by their mask. What that rests on says missbgm inspect.",
            Mechanism.Self => $"{chosen}: masks follow the columns' own values. What that rests on says missbgm inspect.",
            _ when evidence.Verdict == MaskVerdict.CannotTell =>
                $"{chosen}, which cannot tell whether values are missing because of what they are; missbgm sensitivity shows what if.",
            _ => $"{chosen}: no sign that values are missing because of what they are; missbgm inspect has the evidence.",
        };
    }

    private static string Findings(MechanismEvidence evidence)
    {
        if (evidence.Columns.Count == 0) return "Too little is missing to learn anything about the mask.";
        var culture = CultureInfo.InvariantCulture;
        var selection = evidence.SharedCorrelation ? evidence.SharedSelection : evidence.Selection;
        var cut = string.Create(
            culture,
            $"evidence for values cut off by their mask {selection.Score:0.0} (more than 10 with z above 3 is asked for; z "
            + $"{selection.Z:0.0})");
        if (evidence.Self is not { } self) return $"Over {evidence.Columns.Count} incomplete columns: {cut}.";
        var own = string.Create(
            culture,
            $"masks that follow the columns' own values rather than other columns {self.LogBayesFactor:0.0} (more than "
            + $"{self.Threshold:0.0} is asked for)");
        var simulated = self.NullMean is { } mean
            ? string.Create(culture, $"; in tables simulated without such masks {mean:0.0}, and below {self.NullBound:0.0} in 99 of 100")
            : "";
        var power = self.Power is { } share
            ? string.Create(
                culture,
                $"; masks that move by {self.PowerSlope:0.0} per standard deviation of their own value would have been seen in "
                + $"{share:P0} of such tables")
            : "";
        return $"Over {evidence.Columns.Count} incomplete columns, in logarithms: {cut}; {own}{simulated}{power}.";
    }

    private static string Limits(MechanismEvidence evidence) => evidence.Chosen switch
    {
        Mechanism.Selection =>
            "This rests on each column's noise being Gaussian but for its mask: noise that happens to be cut at the same place, "
            + "with cells missing at random, is the same data and cannot be told apart.",
        Mechanism.Self =>
            "This rests on masks that agree with what the others predict of a column, column by column, better than with the others "
            + "themselves: a rule of other columns that happened to agree as well cannot be told apart.",
        _ when evidence.Verdict == MaskVerdict.CannotTell =>
            "These data cannot tell whether values are missing because of what they are; imputed as if not. To see what would "
            + "change if they were: missbgm sensitivity.",
        _ =>
            "A mask that depends on the hidden values but leaves no trace in the observed ones cannot be excluded: see missbgm "
            + "sensitivity, or name a mechanism with --mechanism.",
    };
}
