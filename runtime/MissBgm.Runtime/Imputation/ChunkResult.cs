namespace MissBgm.Runtime.Imputation;

/// <summary>What one chunk of rows came to.</summary>
/// <param name="Cells">Its missing cells of modelled columns.</param>
/// <param name="FittedRows">Incomplete rows that the fit had seen.</param>
/// <param name="NewRows">Incomplete rows that were refined from scratch.</param>
/// <param name="SlowEnergyChains">Chains of rows whose E-BFMI is low.</param>
/// <param name="Updates">What the updates after warm-up did, by the name of what they move.</param>
internal sealed record ChunkResult(IReadOnlyList<ImputedCell> Cells, int FittedRows, int NewRows, int SlowEnergyChains, IReadOnlyDictionary<string, UpdateTally> Updates)
{
    /// <summary>A chunk without missing cells.</summary>
    internal static ChunkResult Empty { get; } = new([], 0, 0, 0, new Dictionary<string, UpdateTally>());
}

/// <summary>Counts of updates after warm-up.</summary>
/// <param name="Updates">Updates of single rows, or of single cells where levels are updated.</param>
/// <param name="AcceptanceSum">Sum of their acceptance probabilities.</param>
/// <param name="Divergences">Updates whose trajectory diverged.</param>
public readonly record struct UpdateTally(long Updates, double AcceptanceSum, long Divergences)
{
    /// <summary>Mean acceptance probability; NaN without updates.</summary>
    public double Acceptance => AcceptanceSum / Updates;

    /// <summary>One sweep's updates.</summary>
    internal static UpdateTally Of(Sampling.HamiltonianInfo info) => new(info.Acceptance.Length, info.Acceptance.Sum(), info.Divergent.Count(d => d));

    /// <summary>One sweep's updates of levels.</summary>
    internal static UpdateTally Of(Sampling.DiscreteInfo info) => new(info.Missing, info.Accepted.Sum(), 0);

    /// <summary>Adds another tally.</summary>
    internal UpdateTally Add(UpdateTally other) => new(Updates + other.Updates, AcceptanceSum + other.AcceptanceSum, Divergences + other.Divergences);
}
