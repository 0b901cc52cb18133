using MissBgm.Exporter.Collapsed;
using MissBgm.Exporter.Tables;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Forests;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Models.Collapsed;

/// <summary>Imputations of a column that a forest draws in a share of the draws.</summary>
public sealed class ColumnForestsTests
{
    private const int Replicates = 64;
    private const double Share = 0.6;
    private static readonly InferenceSettings Settings = new() { Draws = 256, BurnIn = 2, Chains = 2 };

    // Without loadings columns are independent of one another: the generator's draws of column 2 are N(0.5, 0.3^2).
    private static readonly CollapsedWeights Weights = new(1, 3, [0, 0, 0], [0, 0, 0.5], [1, 1, 0.3], [0, 0, 0], [0, 0, 0], [0, 0, 0]);

    // By column 0, observed as 0.1 (-1 and -0.5) or 0.2 and column 1 as 0 (1, 1.5 and 2), in half of the forest's draws; 3 in the other half.
    private static readonly Table Rows = Replicated.Rows([[0.1, 0.0, double.NaN], [0.2, 0.0, double.NaN]], Replicates);

    [Theory]
    [InlineData(0, 1.125, 4.8125)]
    [InlineData(1, 2.25, 5.70833333)]
    public void Mean_and_deviation_are_those_of_the_forest_s_and_the_generator_s_draws(int pattern, double mean, double square)
    {
        using var model = Model(Share);
        using var imputer = Imputer.Load(model.Path);
        var cells = imputer.Impute(Rows).Cells.Where(cell => cell.Row % 2 == pattern).ToArray();
        var expected = Share * mean + (1 - Share) * 0.5;
        var deviation = Math.Sqrt(Share * square + (1 - Share) * (0.25 + 0.09) - expected * expected);
        Replicated.AssertAverage(expected, cells, cell => cell.Mean, errors: 5, slack: 1e-4);
        Replicated.AssertAverage(deviation, cells, cell => cell.Sd, errors: 5, slack: 2e-3);
    }

    [Fact]
    public void The_map_is_the_weighted_mean()
    {
        using var model = Model(Share);
        using var imputer = Imputer.Load(model.Path);
        Assert.Equal(Share * 1.125 + (1 - Share) * 0.5, imputer.Impute(Rows, new ImputeOptions { MapOnly = true }).Cells[0].Value, 1e-5);
    }

    [Fact]
    public void Neither_threads_nor_shards_change_a_byte()
    {
        using var model = Model(Share);
        using var imputer = Imputer.Load(model.Path);
        string[] Texts(ImputeOptions options) =>
            [.. imputer.Impute(Rows, options).Cells.Select(cell => $"{cell.Row} {cell.Column} {cell.Value:R} {cell.Mean:R} {cell.Sd:R} {cell.Lower:R}")];
        var whole = Texts(new ImputeOptions { Threads = 1 });
        Assert.Equal(whole, Texts(new ImputeOptions { Threads = 3 }));
        Assert.Equal(whole, Texts(new ImputeOptions { EndRow = 37 }).Concat(Texts(new ImputeOptions { FirstRow = 37 })));
    }

    // Column 1 goes by column 2: up to 0.1 to a mean of -0.75, else to one of 1.5, in half of the draws; to 3 in the others. Column 2 is N(0.5, 0.3^2),
    // and by its forest, in the second pass, in half of the draws up to 0.1.
    [Theory]
    [InlineData(1, 0.0912112)]
    [InlineData(2, 0.5)]
    [InlineData(4, 0.5)]
    public void A_second_pass_goes_by_what_the_first_has_drawn(int passes, double below)
    {
        var columns = TestModel.Columns(3, 0, 1);
        foreach (var c in (int[])[1, 2])
        {
            columns[c] = columns[c] with { Forest = new ColumnForest { Weight = 1, Trees = 2, Evidence = new ForestEvidence(20, 1, 1, 1) } };
        }

        using var model = new TestModel(
            CollapsedMixture.Single(Weights), GeneratorEvidence.Linear with { ForestPasses = passes }, columns, Settings,
            [new WeightedForest(1, TestForest.Of(1, 2, 0)), new WeightedForest(1, TestForest.Of(2, 0, 0))]);
        using var imputer = Imputer.Load(model.Path);
        var rows = Replicated.Rows([[0.1, double.NaN, double.NaN]], Replicates);
        var cells = imputer.Impute(rows).Cells.Where(cell => cell.Column == 1).ToArray();
        Replicated.AssertAverage(0.5 * 3 + 0.5 * (below * -0.75 + (1 - below) * 1.5), cells, cell => cell.Mean, errors: 5, slack: 1e-4);
    }

    [Fact]
    public void Forests_of_other_columns_than_the_manifest_s_are_refused()
    {
        using var model = Model(Share, place: 1);
        Assert.Contains("forests of other columns", Assert.Throws<BundleException>(() => Imputer.Load(model.Path).Dispose()).Message);
    }

    private static TestModel Model(double share, int place = 2)
    {
        var columns = TestModel.Columns(3, 0, 1);
        columns[2] = columns[2] with { Forest = new ColumnForest { Weight = share, Trees = 2, Evidence = new ForestEvidence(20, 1, 1, 1) } };
        var forest = place == 2 ? TestForest.Of(2, 0, 1) : TestForest.Of(place, 0, 2);
        return new TestModel(
            CollapsedMixture.Single(Weights), GeneratorEvidence.Linear, columns, Settings, [new WeightedForest(share, forest)]);
    }
}
