namespace MissBgm.Runtime.Diagnostics;

/// <summary>Whether a run's cells have converged: R-hat at most 1.01, bulk and tail effective sample sizes at least 100 for each chain (Vehtari et al. 2021).</summary>
public sealed record ConvergenceVerdict
{
    /// <summary>The largest R-hat of a converged cell.</summary>
    public const double RHatLimit = 1.01;

    /// <summary>The smallest effective sample size of a converged cell, for each chain.</summary>
    public const int EssPerChain = 100;

    /// <summary>Below this a chain's momentum explores energies too slowly (Betancourt 2016).</summary>
    public const double EnergyLimit = 0.3;

    /// <summary>Cells that were sampled.</summary>
    public required int Cells { get; init; }

    /// <summary>Cells that have not converged.</summary>
    public required int Unconverged { get; init; }

    /// <summary>The largest R-hat; NaN without sampled cells.</summary>
    public required double MaximumRHat { get; init; }

    /// <summary>The smallest bulk effective sample size; NaN without sampled cells.</summary>
    public required double MinimumEss { get; init; }

    /// <summary>The median bulk effective sample size; NaN without sampled cells.</summary>
    public required double MedianEss { get; init; }

    /// <summary>The smallest tail effective sample size; NaN without sampled cells.</summary>
    public required double MinimumTailEss { get; init; }

    /// <summary>Updates after warm-up whose trajectory diverged.</summary>
    public required long Divergences { get; init; }

    /// <summary>Chains of rows whose energy fraction (E-BFMI) is below <see cref="EnergyLimit"/>.</summary>
    public required int SlowEnergyChains { get; init; }

    /// <summary>The cell of the largest R-hat, as an index into the cells; -1 without sampled cells.</summary>
    public required int WorstCell { get; init; }

    /// <summary>Whether every cell has converged.</summary>
    public bool Converged => Unconverged == 0;

    /// <summary>Judges cells from their diagnostics.</summary>
    /// <param name="cells">R-hat, bulk and tail effective sample size of each cell; NaN for cells that were not sampled.</param>
    /// <param name="chains">Chains of each.</param>
    /// <param name="divergences">Updates that diverged.</param>
    /// <param name="slowEnergyChains">Chains of low E-BFMI.</param>
    public static ConvergenceVerdict Of(IReadOnlyList<ConvergenceSummary> cells, int chains, long divergences, int slowEnergyChains)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var sampled = Enumerable.Range(0, cells.Count).Where(i => !double.IsNaN(cells[i].BulkEss)).ToArray();
        double Extreme(Func<IEnumerable<double>, double> pick, Func<ConvergenceSummary, double> of) =>
            sampled.Length == 0 ? double.NaN : pick(sampled.Select(i => of(cells[i])));
        return new ConvergenceVerdict
        {
            Cells = sampled.Length,
            Unconverged = sampled.Count(i => !HasConverged(cells[i], chains)),
            MaximumRHat = Extreme(Enumerable.Max, c => c.RHat),
            MinimumEss = Extreme(Enumerable.Min, c => c.BulkEss),
            MedianEss = Extreme(values => Quantile.OfSorted(values.Order().ToArray(), 0.5), c => c.BulkEss),
            MinimumTailEss = Extreme(Enumerable.Min, c => c.TailEss),
            WorstCell = sampled.Length == 0 ? -1 : sampled.MaxBy(i => cells[i].RHat),
            Divergences = divergences,
            SlowEnergyChains = slowEnergyChains,
        };
    }

    private static bool HasConverged(ConvergenceSummary cell, int chains) =>
        cell.RHat <= RHatLimit && cell.BulkEss >= EssPerChain * chains && cell.TailEss >= EssPerChain * chains;
}
