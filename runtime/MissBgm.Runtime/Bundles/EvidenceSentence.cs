namespace MissBgm.Runtime.Bundles;

/// <summary>Says in plain words why a mechanism was chosen, what that rests on, and what the data cannot tell.</summary>
public static class EvidenceSentence
{
    /// <summary>The sentences, for a user who knows no statistics beyond the standard deviation.</summary>
    public static string Describe(MechanismEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var name = evidence.Chosen.ToString().ToLowerInvariant();
        var text = evidence.Forced ? $"Mechanism {name}, as asked. {Findings(evidence)} {Limits(evidence.Chosen)}" : $"Mechanism {name}, chosen by the data. {Findings(evidence)} {Limits(evidence.Chosen)}";
        return evidence.Ignorable.Count == 0 ? text : $"{text} Taken as ignorable all the same: the masks of {string.Join(", ", evidence.Ignorable)}, whose levels have no numbers such a mechanism could act on.";
    }

    private static string Findings(MechanismEvidence evidence)
    {
        if (evidence.Columns.Count == 0) return "No cell is missing, so there was nothing to learn about the mask.";
        var selection = evidence.SharedCorrelation ? evidence.SharedSelection : evidence.Selection;
        var cut = $"evidence for values cut off by their mask {selection.Score:0.0} (more than 10 with z above 3 is asked for; z {selection.Z:0.0})";
        var slope = $"chance of being observed changing with the value by {evidence.PooledSlope:0.00} per standard deviation (z {evidence.PooledSlopeZ:0.0}; beyond 2.5 is asked for)";
        return $"Over {evidence.Columns.Count} incomplete columns: {cut}; {slope}.";
    }

    private static string Limits(Mechanism mechanism) => mechanism switch
    {
        Mechanism.Selection =>
            "This rests on each column's noise being Gaussian but for its mask: noise that happens to be cut at the same place, with cells missing at random, is the same data and cannot be told apart.",
        Mechanism.Self =>
            "This rests on a cell's mask depending on its own value: a mask that depends on the other columns, which predict that value, cannot be told apart.",
        _ =>
            "A mask that depends on the hidden values but leaves no trace in the observed ones cannot be excluded: see missbgm sensitivity, or name a mechanism with --mechanism.",
    };
}
