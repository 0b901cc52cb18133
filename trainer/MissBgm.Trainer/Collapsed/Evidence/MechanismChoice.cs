using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Masks;

namespace MissBgm.Trainer.Collapsed.Evidence;

/// <summary>The values of a column that are missing more often than others.</summary>
internal enum HiddenValues
{
    /// <summary>None.</summary>
    Any,

    /// <summary>Small ones.</summary>
    Small,

    /// <summary>Large ones.</summary>
    Large,
}

/// <summary>What the choice leaves for the fit, beside its evidence.</summary>
/// <param name="Evidence">Why.</param>
/// <param name="Scores">Per column; null where nothing is missing.</param>
/// <param name="Slopes">The columns' self slopes.</param>
/// <param name="Acts">Whether the mechanism acts on each column, should it be incomplete.</param>
internal sealed record MechanismDecision(MechanismEvidence Evidence, ColumnScores?[] Scores, SelfSlopes Slopes, bool[] Acts)
{
    /// <summary>Which of a column's values the mechanism hides.</summary>
    public HiddenValues Hides(int column)
    {
        var effect = Evidence.Chosen switch
        {
            Mechanism.Selection when Scores[column] is not null => ColumnScores.Grid[StartingRho(column)],
            Mechanism.Self => Slopes.Estimates[column],
            _ => 0.0,
        };
        return effect < 0.0 ? HiddenValues.Large : effect > 0.0 ? HiddenValues.Small : HiddenValues.Any;
    }

    /// <summary>The starting point of a column: position in <see cref="ColumnScores.Grid"/>.</summary>
    public int StartingRho(int column) => Evidence.Chosen switch
    {
        Mechanism.Selection when Evidence.SharedCorrelation => Array.IndexOf(ColumnScores.Grid, Evidence.SharedRho),
        Mechanism.Selection => Scores[column]?.Best ?? ColumnScores.Zero,
        _ => ColumnScores.Zero,
    };
}

/// <summary>
/// Chooses the mechanism, in order: selection when the columns' own scores call for it (<see cref="SelectionTest.Passes"/>); selection with one
/// shared rho by the same test; self when the masks follow their columns' own values better than the other columns
/// (<see cref="SelfTest.Passes"/>); else ignorable.
/// </summary>
internal static class MechanismChoice
{
    private const int MostRows = 2000;
    private const int SimulatedTables = 19;

    // A contest compares every mask with every column; of wider tables it is held once.
    private const int MostSimulatedColumns = 300;
    private const double PowerSlope = 0.5;

    /// <summary>Weighs the evidence.</summary>
    /// <param name="data">Standardised table.</param>
    /// <param name="factors">The ignorable factor model.</param>
    /// <param name="columns">The columns' names, [p].</param>
    /// <param name="types">What they stand for, [p].</param>
    /// <param name="settings">The mechanism the user named, if any, the columns whose mask follows a rule, and the threads.</param>
    /// <param name="seed">Seed of the choice of rows, when there are more than 2,000, and of the simulated tables.</param>
    /// <param name="cancel">Ends it between two simulated tables.</param>
    public static MechanismDecision Decide(
        MaskedMatrix data, FactorModel factors, IReadOnlyList<string> columns, IReadOnlyList<ColumnType> types, CollapsedSettings settings, ulong seed,
        CancellationToken cancel = default)
    {
        var (forced, threads) = (settings.Mechanism, settings.Threads);
        bool Allows(Mechanism mechanism, int j) => MaskTerms.Allows(mechanism, types[j]) && !settings.KeptEmpty.Contains(columns[j]);
        var counts = data.ObservedCounts();
        var rows = data.Rows <= MostRows
            ? [.. Enumerable.Range(0, data.Rows)]
            : new Philox(seed).Permutation(data.Rows, RandomPurpose.Initialisation, 0)[..MostRows];
        var chosenRows = data.Choose(rows);
        var chosenFactors = FactorAnalysis.Sparing(chosenRows, factors.Choose(rows), threads);
        var contest = MaskContest.Run(chosenRows, chosenFactors, j => Allows(Mechanism.Self, j), threads);
        var scores = Score(
            ColumnResiduals.Collect(data, factors, rows, Offsets(contest, data.Columns, rows.Length)), j => Allows(Mechanism.Selection, j),
            threads);
        var incomplete = Enumerable.Range(0, data.Columns).Where(j => scores[j] is not null).ToArray();
        var shared = SharedRho(scores);
        var own = PooledScores.Test([.. incomplete.Select(j => scores[j]!.Score)], [.. incomplete.Select(j => scores[j]!.Cut)]);
        var common = PooledScores.Test(
            [.. incomplete.Select(j => scores[j]!.SharedScore(shared))], [.. incomplete.Select(j => scores[j]!.SharedCut(shared))]);
        var simulate = forced is null && !own.Passes && !common.Passes;
        var self = Test(contest, chosenRows, chosenFactors, j => Allows(Mechanism.Self, j), simulate, seed, threads, cancel);
        var chosen = forced ?? (own.Passes || common.Passes ? Mechanism.Selection : self.Passes ? Mechanism.Self : Mechanism.Ignorable);
        var slopes = new SelfSlopes(contest, data.Columns, forced == Mechanism.Self);
        bool Acts(int j) => Allows(chosen, j) && (chosen != Mechanism.Self || slopes.Estimates[j] != 0.0);
        var evidence = new MechanismEvidence
        {
            Chosen = chosen,
            Forced = forced is not null,
            SharedCorrelation = chosen == Mechanism.Selection && !own.Passes && common.Passes,
            Selection = own,
            SharedSelection = common,
            SharedRho = ColumnScores.Grid[shared],
            Self = self,
            Ignorable = [.. Enumerable.Range(0, data.Columns).Where(j => counts[j] < data.Rows && !Acts(j)).Select(j => columns[j]).Distinct()],
            Columns =
            [
                .. Enumerable.Range(0, data.Columns).Where(j => counts[j] < data.Rows)
                    .Select(j => Describe(j, scores[j], shared, contest, slopes.Estimates[j])),
            ],
        };
        return new MechanismDecision(evidence, scores, slopes, [.. Enumerable.Range(0, data.Columns).Select(Acts)]);

        ColumnEvidence Describe(int j, ColumnScores? score, int sharedRho, MaskContest held, double slope) => new(
            columns[j], 1.0 - counts[j] / (double)data.Rows, score is null ? 0.0 : ColumnScores.Grid[score.Best], score?.Score ?? 0.0,
            score?.SharedScore(sharedRho) ?? 0.0)
        {
            Follows = held.Columns.FirstOrDefault(verdict => verdict.Contest.Column == j) is { Contest: var fits } verdict
                ? new MaskFollows(
                    fits.Own.Slope, fits.Own.StandardError, fits.Own.LogEvidence(held.Prior.Mean, held.Prior.Deviation), fits.Anchor,
                    fits.BestAnchor < 0 ? null : columns[fits.BestAnchor],
                    fits.Sum.LogEvidence(held.Prior.Mean, held.Prior.Deviation), fits.Combination.LogEvidence, verdict.Probability, slope)
                : null,
        };
    }

    private static MaskOffsets?[] Offsets(MaskContest contest, int columns, int rows)
    {
        var offsets = new MaskOffsets?[columns];
        foreach (var verdict in contest.Columns) offsets[verdict.Contest.Column] = verdict.Contest.Offsets(rows);
        return offsets;
    }

    // Where the contest speaks for self, how it comes out without; else whether it would have spoken had there been something.
    private static SelfTest Test(
        MaskContest contest, MaskedMatrix data, FactorModel factors, Func<int, bool> allowed, bool simulate, ulong seed, int threads, CancellationToken cancel)
    {
        var test = new SelfTest(contest.LogBayesFactor, MaskContest.Threshold, contest.Prior.Mean, contest.Prior.Deviation, null, null, null, null, PowerSlope);
        if (!simulate || contest.Columns.Count == 0 || data.Columns > MostSimulatedColumns) return test;
        var simulation = new MaskSimulation(data, factors, allowed, seed, threads, cancel);
        if (!test.Passes)
        {
            return test with
            {
                Power = simulation.SelfMasked(contest, PowerSlope, SimulatedTables).Count(factor => factor > MaskContest.Threshold)
                    / (double)SimulatedTables,
            };
        }
        var simulated = simulation.Null(contest, SimulatedTables);
        var mean = simulated.Average();
        return test with
        {
            NullMean = mean,
            NullDeviation = Math.Sqrt(simulated.Sum(factor => (factor - mean) * (factor - mean)) / (SimulatedTables - 1)),
            NullLargest = simulated.Max(),
        };
    }

    private static ColumnScores?[] Score(ColumnResiduals[] residuals, Func<int, bool> allowed, int threads)
    {
        var scores = new ColumnScores?[residuals.Length];
        RowBlocks.Run(residuals.Length, 1, threads, () => 0, (_, j, _, _) =>
        {
            if (allowed(j) && residuals[j] is { Missing: > 0, Observed: > 3 }) scores[j] = new ColumnScores(residuals[j]);
        });
        return scores;
    }

    private static int SharedRho(ColumnScores?[] scores) =>
        Enumerable.Range(0, ColumnScores.Grid.Length).MaxBy(g => scores.Sum(s => s?.Fits[g].LogLikelihood ?? 0.0));
}
