namespace MissBgm.Runtime.Sampling;

/// <summary>Counts of updates after warm-up.</summary>
/// <param name="Updates">Updates of single rows, or of single cells where levels are updated.</param>
/// <param name="AcceptanceSum">Sum of their acceptance probabilities.</param>
/// <param name="Divergences">Updates whose trajectory diverged.</param>
public readonly record struct UpdateTally(long Updates, double AcceptanceSum, long Divergences)
{
    /// <summary>Mean acceptance probability; NaN without updates.</summary>
    public double Acceptance => AcceptanceSum / Updates;

    /// <summary>Adds another tally.</summary>
    internal UpdateTally Add(UpdateTally other) => new(Updates + other.Updates, AcceptanceSum + other.AcceptanceSum, Divergences + other.Divergences);
}
