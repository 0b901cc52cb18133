using MissBgm.Runtime.Forests;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Forests;

namespace MissBgm.Trainer.Collapsed;

/// <summary>A forest with its place in the manifest.</summary>
/// <param name="Forest">The trees.</param>
/// <param name="Description">What the manifest says of them.</param>
internal sealed record FittedForest(RegressionForest Forest, ColumnForest Description);

/// <summary>
/// Forests of columns of numbers, where hidden cells say that these foretell more than Gaussian columns do: such as numbers that follow from others by a table.
/// They are grown on draws of the missing cells from the generators, and draw a cell given such a draw of the rest of its row: one step of a Gibbs sampler
/// from there. For ignorable masks.
/// </summary>
internal static class ForestChoice
{
    private const int Tables = 8;
    private const int MostTrees = 32;
    private const int FewestTrees = 8;
    private const int MostRows = 5000;
    private const int MostRowsOfMany = 2000;
    private const int ManyColumns = 30;
    private const int TallInSamples = 3;
    private const double MostNodes = 250_000;
    private const double NodesPerRow = 0.8;

    /// <summary>Chooses the columns that have a forest by trials, and grows these on all observed cells.</summary>
    /// <param name="data">The coded table.</param>
    /// <param name="laws">The fitted generators.</param>
    /// <param name="trials">Trial fits without hidden cells.</param>
    /// <param name="weights">The weights of the trials' candidates.</param>
    /// <param name="types">What the Gaussian columns stand for.</param>
    /// <param name="seed">Seed of the draws and of the trees.</param>
    /// <param name="cancel">Ends the growth.</param>
    public static IReadOnlyList<FittedForest> Run(
        MaskedMatrix data, IReadOnlyList<GeneratorLaw> laws, GeneratorTrials trials, double[] weights, IReadOnlyList<ColumnType> types, ulong seed,
        CancellationToken cancel)
    {
        var (rows, q, counts) = (Math.Min(data.Rows, data.Columns > ManyColumns ? MostRowsOfMany : MostRows), data.Columns, data.ObservedCounts());
        var eligible = Enumerable.Range(0, q).Where(c => types[c] is ColumnType.Numeric or ColumnType.Integer && counts[c] < data.Rows).ToArray();
        if (eligible.Length == 0 || q < 2) return [];
        var share = rows / (double)data.Rows;
        var trees = (int)Math.Clamp(MostNodes / eligible.Sum(c => NodesPerRow * share * counts[c]), FewestTrees, MostTrees);
        var tried = trials.TryForests(weights, eligible, Tables, trees, new Philox(seed), cancel);
        var chosen = ForestWeights.Choose(
            tried, data.Rows > TallInSamples * GeneratorChoice.MostRows ? ForestWeights.LeastGainOfTall : ForestWeights.LeastGain);
        if (chosen.All(weight => weight == 0.0)) return [];

        if (rows < data.Rows)
        {
            var choice = new Philox(seed).Permutation(data.Rows, RandomPurpose.ForestGrowth, 0)[..rows];
            (data, laws) = (data.Choose(choice), [.. laws.Select(law => law.Choose(choice))]);
        }

        var tables = GeneratorLaw.DrawTables(laws, data, Tables, new Philox(seed), 0);
        return [.. eligible.Where(c => chosen[c] > 0.0).Select(c =>
        {
            cancel.ThrowIfCancellationRequested();
            var forest = ForestGrowth.Grow(tables, q, c, data.RowsThatObserve(c), trees, new Philox(seed));
            var trial = tried[c]!;
            return new FittedForest(forest, new ColumnForest
            {
                Weight = chosen[c],
                Trees = trees,
                Evidence = new ForestEvidence(trial.Truth.Length, trial.Error(0.0), trial.Error(1.0), trial.Error(chosen[c])),
            });
        })];
    }
}
