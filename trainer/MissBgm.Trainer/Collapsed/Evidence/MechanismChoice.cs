using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Evidence;

/// <summary>What the choice leaves for the fit, beside its evidence.</summary>
/// <param name="Evidence">Why.</param>
/// <param name="Scores">Per column; null where nothing is missing.</param>
internal sealed record MechanismDecision(MechanismEvidence Evidence, ColumnScores?[] Scores)
{
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
/// shared rho by the same test; self when the pooled slope does (|z| &gt; 2.5); else ignorable.
/// </summary>
internal static class MechanismChoice
{
    private const double SelfZThreshold = 2.5;
    private const int MostRows = 2000;

    /// <summary>Weighs the evidence.</summary>
    /// <param name="data">Standardised table.</param>
    /// <param name="factors">The ignorable factor model.</param>
    /// <param name="columns">The columns' names, [p].</param>
    /// <param name="types">What they stand for, [p].</param>
    /// <param name="forced">The mechanism the user named; null to choose.</param>
    /// <param name="seed">Seed of the choice of rows, when there are more than 2,000.</param>
    /// <param name="threads">Threads; results do not depend on it.</param>
    public static MechanismDecision Decide(MaskedMatrix data, FactorModel factors, IReadOnlyList<string> columns, IReadOnlyList<ColumnType> types, Mechanism? forced, ulong seed, int threads)
    {
        var counts = data.ObservedCounts();
        var slopes = SelfSlope.Fit(data, factors, j => MaskTerms.Allows(Mechanism.Self, types[j]), threads);
        var pooled = PooledSlope.Pool(slopes);
        var scores = Score(data, factors, j => MaskTerms.Allows(Mechanism.Selection, types[j]), seed, threads);
        var incomplete = Enumerable.Range(0, data.Columns).Where(j => scores[j] is not null).ToArray();
        var shared = SharedRho(scores);
        var own = PooledScores.Test([.. incomplete.Select(j => scores[j]!.Score)], [.. incomplete.Select(j => scores[j]!.Cut)]);
        var common = PooledScores.Test(
            [.. incomplete.Select(j => scores[j]!.SharedScore(shared))], [.. incomplete.Select(j => scores[j]!.SharedCut(shared))]);
        var chosen = forced ?? (own.Passes || common.Passes ? Mechanism.Selection
            : Math.Abs(pooled.Z) > SelfZThreshold ? Mechanism.Self
            : Mechanism.Ignorable);
        var evidence = new MechanismEvidence
        {
            Chosen = chosen,
            Forced = forced is not null,
            SharedCorrelation = chosen == Mechanism.Selection && !own.Passes && common.Passes,
            Selection = own,
            SharedSelection = common,
            SharedRho = ColumnScores.Grid[shared],
            PooledSlope = pooled.Slope,
            PooledSlopeZ = pooled.Z,
            ShrunkSlope = pooled.Shrunk,
            Ignorable = [.. Enumerable.Range(0, data.Columns).Where(j => counts[j] < data.Rows && types[j].IsDiscrete() && !MaskTerms.Allows(chosen, types[j])).Select(j => columns[j])],
            Columns = [.. incomplete.Select(j => new ColumnEvidence(
                columns[j], 1.0 - counts[j] / (double)data.Rows, ColumnScores.Grid[scores[j]!.Best], scores[j]!.Score, scores[j]!.SharedScore(shared),
                slopes[j].Slope, slopes[j].StandardError))],
        };
        return new MechanismDecision(evidence, scores);
    }

    private static ColumnScores?[] Score(MaskedMatrix data, FactorModel factors, Func<int, bool> allowed, ulong seed, int threads)
    {
        var rows = data.Rows <= MostRows
            ? [.. Enumerable.Range(0, data.Rows)]
            : new Philox(seed).Permutation(data.Rows, RandomPurpose.Initialisation, 0)[..MostRows];
        var residuals = ColumnResiduals.Collect(data, factors, rows);
        var scores = new ColumnScores?[data.Columns];
        RowBlocks.Run(data.Columns, 1, threads, () => 0, (_, j, _, _) =>
        {
            if (allowed(j) && residuals[j] is { Missing: > 0, Observed: > 3 }) scores[j] = new ColumnScores(residuals[j]);
        });
        return scores;
    }

    private static int SharedRho(ColumnScores?[] scores) =>
        Enumerable.Range(0, ColumnScores.Grid.Length).MaxBy(g => scores.Sum(s => s?.Fits[g].LogLikelihood ?? 0.0));
}
