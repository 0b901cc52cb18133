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
