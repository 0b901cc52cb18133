namespace MissBgm.Trainer.Collapsed.Forests;

/// <summary>How trees are grown.</summary>
internal enum TreeKind
{
    /// <summary>
    /// Extremely randomised (Geurts, Ernst and Wehenkel, Machine Learning 63, 2006): of all rows, with one threshold of a column drawn between the ends
    /// of its values.
    /// </summary>
    Randomised,

    /// <summary>Of a random forest (Breiman, Machine Learning 45, 2001): of a bootstrap sample of the rows, with the best of a column's thresholds.</summary>
    Bootstrapped,
}
