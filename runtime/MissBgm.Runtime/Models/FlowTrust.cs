namespace MissBgm.Runtime.Models;

/// <summary>
/// How much of what a PFN-Flow network learned counts in an imputation, as measured on cells of the table that were hidden from it.
/// </summary>
/// <param name="Cells">Hidden cells that say so.</param>
/// <param name="Shift">The share of the learned shift from the regressions' guesses, 0 to 1.</param>
/// <param name="Stretch">By how much draws lie farther from their middle than the network's own, at least 1 unless a column is foretold.</param>
public sealed record FlowTrust(int Cells, float Shift, float Stretch)
{
    /// <summary>The network's own draws.</summary>
    internal static FlowTrust Full { get; } = new(0, 1, 1);
}
