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

/// <summary>Forests of some columns.</summary>
/// <param name="Forests">The forests; none where no column has one.</param>
/// <param name="Passes">How often they draw the numbers of a row.</param>
internal sealed record FittedForests(IReadOnlyList<FittedForest> Forests, int Passes)
{
    /// <summary>No forests.</summary>
    public static readonly FittedForests None = new([], 1);
}

/// <summary>
/// Forests of columns of numbers, where hidden cells say that these foretell more than Gaussian columns do: such as numbers that follow from others by a
/// table. They are grown on draws of the missing cells from the generators, then, where hidden cells are foretold better so, on draws of their own, and
/// draw a cell given such a draw of the rest of its row: a step or two of a Gibbs sampler from the generators' draws. For ignorable masks.
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
    private const double MostNodes = 500_000;
    private const double NodesPerRow = 0.8;

    // Rows * columns^2 of a trial whose nodes may try all columns.
    private const double MostWorkOfAll = 2e7;

    /// <summary>Chooses the columns that have a forest by trials, and grows these on all observed cells.</summary>
    /// <param name="data">The coded table.</param>
    /// <param name="laws">The fitted generators.</param>
    /// <param name="trials">Trial fits without hidden cells.</param>
    /// <param name="weights">The weights of the trials' candidates.</param>
    /// <param name="types">What the Gaussian columns stand for.</param>
    /// <param name="seed">Seed of the draws and of the trees.</param>
    /// <param name="cancel">Ends the growth.</param>
    public static FittedForests Run(
        MaskedMatrix data, IReadOnlyList<GeneratorLaw> laws, GeneratorTrials trials, double[] weights, IReadOnlyList<ColumnType> types, ulong seed,
        CancellationToken cancel)
    {
        var (rows, q, counts) = (Math.Min(data.Rows, data.Columns > ManyColumns ? MostRowsOfMany : MostRows), data.Columns, data.ObservedCounts());
        var eligible = Enumerable.Range(0, q).Where(c => types[c] is ColumnType.Numeric or ColumnType.Integer && counts[c] < data.Rows).ToArray();
        if (eligible.Length == 0 || q < 2) return FittedForests.None;
        var share = rows / (double)data.Rows;
        int Trees(IEnumerable<int> columns) =>
            (int)Math.Clamp(MostNodes / columns.Sum(c => NodesPerRow * share * counts[c]), FewestTrees, MostTrees);
        var random = new Philox(seed);
        var (plan, chosen, tried) = Choose(trials.Completed(weights, Tables, random), eligible, Trees(eligible), data.Rows, random, cancel);
        int[] own = [.. eligible.Where(c => chosen[c] > 0.0)];
        if (own.Length == 0) return FittedForests.None;

        if (rows < data.Rows)
        {
            var choice = random.Permutation(data.Rows, RandomPurpose.ForestGrowth, 0)[..rows];
            (data, laws) = (data.Choose(choice), [.. laws.Select(law => law.Choose(choice))]);
        }

        plan = plan with { Trees = Trees(own) };
        var tables = GeneratorLaw.DrawTables(laws, data, Tables, random, 0);
        var forests = ForestRounds.Grow(data, tables, own, chosen, plan, random, cancel);
        return new FittedForests(
            [.. forests.Select(forest => new FittedForest(forest, Describe(tried[forest.Place]!, chosen[forest.Place], plan.Trees)))], plan.Rounds);
    }

    // One round or two, and whether nodes try all columns or about the square root of their number, which makes trees that err less alike where many
    // columns each tell a little; the shares of the columns' forests, and the trials behind them.
    private static (ForestPlan Plan, double[] Chosen, ForestTrial?[] Tried) Choose(
        IReadOnlyList<ForestTables> tables, int[] eligible, int trees, int rows, Philox random, CancellationToken cancel)
    {
        var leastGain = rows > TallInSamples * GeneratorChoice.MostRows ? ForestWeights.LeastGainOfTall : ForestWeights.LeastGain;
        (ForestPlan Plan, double[] Chosen, ForestTrial?[] Tried) Weighed(ForestPlan plan, ForestTrial?[] tried) =>
            (plan, ForestWeights.Choose(tried, leastGain), tried);

        var (n, q) = (tables[0].Hidden.Data.Rows, tables[0].Hidden.Data.Columns);
        var fewer = 1.0 / Math.Sqrt(q);
        double[] shares = n * (double)q * q <= MostWorkOfAll ? [1.0, fewer] : [fewer];
        var once = new ForestPlan(1, shares[0], trees);
        var (trials, forests) = ForestRounds.Try(tables, eligible, [], once, random, cancel);
        var first = Weighed(once, trials);
        if (first.Chosen.All(weight => weight == 0.0)) return first;
        return shares.Select(share =>
        {
            var plan = new ForestPlan(2, share, trees);
            return Weighed(plan, ForestRounds.Try(tables, eligible, first.Chosen, plan, random, cancel, share == once.Share ? forests : null).Trials);
        }).Prepend(first).MinBy(tried => SquaredError(tried.Tried, tried.Chosen));
    }

    private static double SquaredError(ForestTrial?[] tried, double[] weights) =>
        tried.Zip(weights, (trial, weight) => trial is null ? 0.0 : trial.Truth.Length * Math.Pow(trial.Error(weight), 2)).Sum();

    private static ColumnForest Describe(ForestTrial trial, double weight, int trees) => new()
    {
        Weight = weight,
        Trees = trees,
        Evidence = new ForestEvidence(trial.Truth.Length, trial.Error(0.0), trial.Error(1.0), trial.Error(weight)),
    };
}
