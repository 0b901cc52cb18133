namespace MissBgm.Runtime.Diagnostics;

/// <summary>
/// Whether a run's cells have converged: R-hat at most 1.01, bulk and tail effective sample sizes at least 100 for each chain (Vehtari et
/// al. 2021). The two say different things: chains whose R-hat is larger disagree, while few effective draws of chains that agree only make
/// what is said of them less exact. From fewer draws of a chain than 100 neither can be told.
/// </summary>
public sealed record ConvergenceVerdict
{
    /// <summary>The largest R-hat of a converged cell.</summary>
    public const double RHatLimit = 1.01;

    /// <summary>The smallest effective sample size of a converged cell, for each chain.</summary>
    public const int EssPerChain = 100;

    /// <summary>Most draws of a cell, of all chains together, that a run keeps.</summary>
    internal const int MostDraws = 1_000_000;

    // Of fewer draws of a chain no diagnostic is computed, so that no cell counts as sampled.
    private const int FewestDraws = 4;

    /// <summary>Below this a chain's momentum explores energies too slowly (Betancourt 2016).</summary>
    public const double EnergyLimit = 0.3;

    /// <summary>Cells that were sampled.</summary>
    public required int Cells { get; init; }

    /// <summary>Cells that have not converged: their chains disagree, R-hat above <see cref="RHatLimit"/>.</summary>
    public required int Unconverged { get; init; }

    /// <summary>Further cells, whose chains agree, of fewer effective draws than <see cref="EssPerChain"/> for each chain.</summary>
    public required int Imprecise { get; init; }

    /// <summary>Draws of each chain.</summary>
    public required int Draws { get; init; }

    /// <summary>Chains of each cell.</summary>
    public required int Chains { get; init; }

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

    /// <summary>Whether it can be one of so many cells: a verdict that was read from a file may say anything.</summary>
    internal bool IsOf(int cells) =>
        Cells >= 0 && Cells <= cells && Unconverged >= 0 && Imprecise >= 0 && (long)Unconverged + Imprecise <= Cells && Draws >= 0 && Draws <= MostDraws
        && Chains >= 1 && Chains <= MostDraws && Divergences is >= 0 and <= int.MaxValue && SlowEnergyChains >= 0
        && SlowEnergyChains <= (long)Chains * Math.Max(1, cells) && WorstCell < Math.Max(1, cells);

    /// <summary>Whether there are draws enough to tell.</summary>
    public bool CanTell => Draws >= (Cells == 0 ? FewestDraws : EssPerChain);

    /// <summary>Draws of each chain that would give the least explored cell effective draws enough, if it goes on as it did.</summary>
    public int EnoughDraws
    {
        get
        {
            var lacking = Math.Max(1, EssPerChain * Chains / Math.Max(1, Math.Min(MinimumEss, MinimumTailEss)));
            return (int)Math.Min(MostDraws / Chains, Math.Ceiling(lacking * Draws / 100) * 100);
        }
    }

    /// <summary>Whether every cell is known to have converged, with effective draws enough.</summary>
    public bool Converged => CanTell && Unconverged == 0 && Imprecise == 0;

    /// <summary>Judges cells from their diagnostics.</summary>
    /// <param name="cells">R-hat, bulk and tail effective sample size of each cell; NaN for cells that were not sampled.</param>
    /// <param name="chains">Chains of each.</param>
    /// <param name="draws">Draws of each chain.</param>
    /// <param name="divergences">Updates that diverged.</param>
    /// <param name="slowEnergyChains">Chains of low E-BFMI.</param>
    public static ConvergenceVerdict Of(IReadOnlyList<ConvergenceSummary> cells, int chains, int draws, long divergences, int slowEnergyChains)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var sampled = Enumerable.Range(0, cells.Count).Where(i => !double.IsNaN(cells[i].BulkEss)).ToArray();
        double Extreme(Func<IEnumerable<double>, double> pick, Func<ConvergenceSummary, double> of) =>
            sampled.Length == 0 ? double.NaN : pick(sampled.Select(i => of(cells[i])));
        return new ConvergenceVerdict
        {
            Cells = sampled.Length,
            Unconverged = sampled.Count(i => !Agrees(cells[i])),
            Imprecise = sampled.Count(i => Agrees(cells[i]) && !(Math.Min(cells[i].BulkEss, cells[i].TailEss) >= EssPerChain * chains)),
            Draws = draws,
            Chains = chains,
            MaximumRHat = Extreme(Enumerable.Max, c => c.RHat),
            MinimumEss = Extreme(Enumerable.Min, c => c.BulkEss),
            MedianEss = Extreme(values => Quantile.OfSorted(values.Order().ToArray(), 0.5), c => c.BulkEss),
            MinimumTailEss = Extreme(Enumerable.Min, c => c.TailEss),
            WorstCell = sampled.Length == 0 ? -1 : sampled.MaxBy(i => cells[i].RHat),
            Divergences = divergences,
            SlowEnergyChains = slowEnergyChains,
        };
    }

    /// <summary>
    /// The verdict of the parts of one run together; the median, which parts do not give, is NaN, and the worst cell is not named. Null of none.
    /// </summary>
    internal static ConvergenceVerdict? OfParts(IReadOnlyList<ConvergenceVerdict> parts)
    {
        if (parts.Count == 0) return null;
        // Parts without a sampled cell have NaN, which would hide the others' numbers.
        ConvergenceVerdict[] sampled = [.. parts.Where(part => part.Cells > 0)];
        double Extreme(Func<IEnumerable<double>, double> pick, Func<ConvergenceVerdict, double> of) =>
            sampled.Length == 0 ? double.NaN : pick(sampled.Select(of));
        return new ConvergenceVerdict
        {
            Cells = parts.Sum(part => part.Cells),
            Unconverged = parts.Sum(part => part.Unconverged),
            Imprecise = parts.Sum(part => part.Imprecise),
            Draws = parts[0].Draws,
            Chains = parts[0].Chains,
            MaximumRHat = Extreme(Enumerable.Max, part => part.MaximumRHat),
            MinimumEss = Extreme(Enumerable.Min, part => part.MinimumEss),
            MedianEss = double.NaN,
            MinimumTailEss = Extreme(Enumerable.Min, part => part.MinimumTailEss),
            Divergences = parts.Sum(part => part.Divergences),
            SlowEnergyChains = parts.Sum(part => part.SlowEnergyChains),
            WorstCell = -1,
        };
    }

    private static bool Agrees(ConvergenceSummary cell) => cell.RHat <= RHatLimit;
}
