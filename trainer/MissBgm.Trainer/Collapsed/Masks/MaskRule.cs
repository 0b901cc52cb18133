namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>What a column's mask may follow besides the column's own value: the rules under which the mask is ignorable given the other columns.</summary>
internal enum MaskRule
{
    /// <summary>Nothing: completely at random.</summary>
    None,

    /// <summary>One of the other columns.</summary>
    Anchor,

    /// <summary>The sum of all others, standardised: the score of Brand's and van Buuren's amputation.</summary>
    Sum,

    /// <summary>Any linear combination of the others.</summary>
    Combination,
}

/// <summary>How probable each rule is for a column of a table.</summary>
internal readonly record struct RuleShares(double None, double Anchor, double Sum, double Combination)
{
    /// <summary>
    /// Tables whose columns differ, and tables most of whose columns follow one rule. There is none in which the sum prevails: where the
    /// columns have one strong factor in common, it and a column's own value are the same index, and it would be an explanation of
    /// everything.
    /// </summary>
    public static IReadOnlyList<RuleShares> All { get; } =
        [new(0.25, 0.25, 0.25, 0.25), new(0.97, 0.01, 0.01, 0.01), new(0.1, 0.7, 0.1, 0.1), new(0.1, 0.1, 0.1, 0.7)];
}
