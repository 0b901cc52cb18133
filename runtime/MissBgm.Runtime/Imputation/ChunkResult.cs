using MissBgm.Runtime.Sampling;

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
