using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Evidence;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Marginals;

/// <summary>What is settled before the fit.</summary>
/// <param name="Schema">The columns with their maps.</param>
/// <param name="Decision">The mechanism, chosen on the raw scale.</param>
/// <param name="Counts">Observed values of the columns of numbers that have atoms, [p]; null for all others.</param>
internal sealed record MarginalDecision(TableSchema Schema, MechanismDecision Decision, ValueCounts?[] Counts)
{
    /// <summary>A decision that keeps the counts which are needed: those of a long table are large.</summary>
    public static MarginalDecision Of(TableSchema schema, MechanismDecision decision, ValueCounts?[] counts) =>
        new(schema, decision, [.. counts.Select((own, c) => schema.Modelled[c].Marginal is { Atoms.Count: > 0 } ? own : null)]);
}

/// <summary>
/// Chooses each column's map. The mechanism comes first, on the raw scale: a truncated noise looks like skew, and a map would swallow it;
/// columns that it may act on keep their scale. The others are
/// tried as they are and as normal scores, all of a table together: a trial fit predicts hidden observed cells, and a column goes over to
/// normal scores where the CRPS of its draws is lower. Columns
/// that follow from one another may do so on one scale only; so the choice of all columns is tried once more, and taken only where it
/// does better as a whole (<see cref="MarginalCandidate.Loss"/>)
/// than all columns on either scale. Where columns have values far out, the raw scale is tried with a limit on what those tell of their
/// rows (<see cref="ColumnMarginal.Limit"/>), and has it where
/// the table as a whole does better. A column of which one value holds nearly all cells has no shape to choose by, and its few other values
/// would stand so far out on the raw scale that they move all other columns: it has normal scores, and no say in the choice.
/// </summary>
internal static class MarginalChoice
{
    private const int MostComponents = 8;

    // Of wider tables the linear generator tells which scale is the better.
    private const int MostColumnsOfMixture = 40;

    // Of a normal column of 2,000 values none is beyond the limit, and none in 500 million is so far out that it is tried.
    private const double Limit = 4.0;
    private const double FarOut = 6.0;
    private const int WantedCells = 500;
    private const int MostRepeats = 4;

    // Tables of 50 rows hide some 50 cells, of 200 rows 200.
    private const int FewCells = 150;

    // Normal scores, or a limit, must be better by so many standard errors: with few cells the scale stays. Where cells are missing at
    // random, the ranks of those observed are not the column's, and a change by chance biases what is drawn.
    private const double Margin = 2.0;

    // And a table must gain as much by it: relations between columns that a trial of few components does not see may be lost.
    private const double LeastGain = 0.02;

    /// <summary>Chooses.</summary>
    /// <param name="table">The training table.</param>
    /// <param name="schema">Its columns.</param>
    /// <param name="encoded">The table as the schema encodes it.</param>
    /// <param name="settings">How to fit.</param>
    /// <param name="seed">Seed of all random numbers.</param>
    /// <param name="cancel">Ends the trials.</param>
    public static MarginalDecision Run(Table table, TableSchema schema, EncodedTable encoded, CollapsedSettings settings, ulong seed, CancellationToken cancel)
    {
        var coding = new GaussianCoding(schema.Modelled);
        var raw = coding.Encode(encoded);
        var data = MaskedMatrix.From(raw);
        var factors = FactorAnalysis.Fit(data, LinearFit.Dimension(settings, data), settings.Threads, cancel);
        var decision = MechanismChoice.Decide(data, factors, coding.Names, coding.Types, settings, seed, cancel);
        if (settings.Marginals == MarginalMaps.None) return new MarginalDecision(schema, decision, new ValueCounts?[schema.Modelled.Count]);

        var counts = ValueCounts.Of(table, schema);
        // Another mechanism may act, in some draws of the parameters, on any column that has missing cells.
        var isIgnorable = decision.Evidence.Chosen == Mechanism.Ignorable;
        bool MayChange(int c) => settings.Marginals == MarginalMaps.Auto && (isIgnorable || counts[c]!.Total == table.Rows);
        bool HasNoShape(int c) => counts[c]!.IsNearlyConstant && MayChange(c);
        var far = FarOutColumns(encoded).Where(c => counts[c] is not null && !HasNoShape(c)).ToHashSet();
        ColumnSchema[] Map(Scales scales) => [.. schema.Modelled.Select((column, c) => counts[c] is not { } values ? column : column with
        {
            Marginal = scales.IsNormal(c) || HasNoShape(c)
                ? MarginalLearning.Normal(column, values)
                : MarginalLearning.Support(column, values) with { Limit = scales.HasLimit && far.Contains(c) ? Limit : null },
        })];
        if (!GeneratorChoice.CanHide(raw))
        {
            return MarginalDecision.Of(schema.With(HiddenEnds.Open(Map(new Scales(_ => false, false)), decision, coding)), decision, counts);
        }

        var plan = Plan(raw);
        MarginalCandidate Try(Scales scales) => MarginalCandidate.Try(Map(scales), counts, encoded, plan, settings, seed, cancel);
        var best = Best(Try, counts, MayChange, isIgnorable && far.Count > 0);
        return MarginalDecision.Of(schema.With(HiddenEnds.Open(best, decision, coding)), decision, counts);
    }

    private static ColumnSchema[] Best(Func<Scales, MarginalCandidate> tryOut, ValueCounts?[] counts, Func<int, bool> mayChange, bool mayLimit)
    {
        var support = tryOut(new Scales(_ => false, false));
        var candidates = new List<MarginalCandidate> { support };
        if (mayLimit && tryOut(new Scales(_ => false, true)) is var limited && limited.Loss < support.Loss
            && IsBetter(limited.AllScores, support.AllScores))
        {
            candidates.Add(support = limited);
        }

        var hasLimit = candidates.Count > 1;
        var changing = Enumerable.Range(0, counts.Length).Where(c => support.Scores[c] is not null && mayChange(c)).ToHashSet();
        MarginalCandidate? normal = null;
        if (changing.Count > 0)
        {
            candidates.Add(normal = tryOut(new Scales(changing.Contains, hasLimit)));
            var better = changing.Where(c => IsBetter(normal.Scores[c], support.Scores[c])).ToHashSet();
            if (better.Count > 0 && better.Count < changing.Count) candidates.Add(tryOut(new Scales(better.Contains, hasLimit)));
        }

        // Few cells change the scale only where all of them together are surely better.
        if (support.AllScores is { Length: < FewCells } few) candidates.RemoveAll(candidate => candidate != support && !IsBetter(candidate.AllScores, few));
        var best = candidates.MinBy(candidate => candidate.Loss + (candidate == support ? 0 : LeastGain))!;
        return [.. best.Columns.Select((column, c) => support.Scores[c] is { } scores
            ? column with
            {
                Marginal = column.Marginal! with
                {
                    Evidence = new MarginalEvidence(
                        scores.Length, support.Unmapped[c]!.Average(), scores.Average(), normal?.Scores[c]?.Average()),
                },
            }
            : column)];
    }

    private static IEnumerable<int> FarOutColumns(EncodedTable encoded) =>
        Enumerable.Range(0, encoded.Values.Length).Where(cell => Math.Abs(encoded.Values[cell]) > FarOut).Select(cell => cell % encoded.Columns);

    private static bool IsBetter(double[]? scores, double[]? than)
    {
        if (scores is null || than is null) return false;
        var gains = than.Zip(scores, (a, b) => a - b).ToArray();
        var mean = gains.Average();
        return mean > Margin * Math.Sqrt(gains.Average(gain => (gain - mean) * (gain - mean)) / gains.Length);
    }

    private static TrialPlan Plan(EncodedTable table)
    {
        var rows = Math.Min(table.Rows, GeneratorChoice.MostRows);
        var size = table.Columns > MostColumnsOfMixture
            ? 0
            : GeneratorChoice.Sizes(rows, table.Columns).Where(size => size <= MostComponents).DefaultIfEmpty(0).Max();
        var observed = (double)table.Observed.Sum() / table.Rows * rows;
        return new TrialPlan(size == 0 ? [] : [GeneratorCandidate.Mixture(size)], HiddenTable.Choices(observed, WantedCells, 1, MostRepeats));
    }
}

/// <summary>The scales that are tried together.</summary>
/// <param name="IsNormal">Which columns are normal scores.</param>
/// <param name="HasLimit">Whether values far out on the raw scale have a limit.</param>
internal readonly record struct Scales(Func<int, bool> IsNormal, bool HasLimit);
