using MissBgm.Runtime;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper;
using MissBgm.Trainer.Running;
using TorchSharp;

namespace MissBgm.Trainer.Tests.Paper;

[Collection("live tensors")]
public sealed class MissBgmFitTests
{
    [Fact]
    public void Observed_cells_come_back_as_they_were_and_missing_ones_move()
    {
        var result = Fit();

        for (var i = 0; i < SmallFit.Table.Values.Length; i++)
        {
            if (SmallFit.Table.Observed[i] == 1)
            {
                Assert.Equal(SmallFit.Table.Values[i], result.Completed[i]);
            }
            else
            {
                Assert.True(float.IsFinite(result.Completed[i]) && result.Completed[i] != 0);
            }
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_does_not()
    {
        var (first, second, other) = (Fit(seed: 5), Fit(seed: 5), Fit(seed: 6));

        AssertSame(first, second);
        Assert.NotEqual(first.Completed, other.Completed);
    }

    [Fact]
    public void The_summary_counts_rows_missing_cells_and_epochs_and_gives_all_losses()
    {
        var summary = Fit().Summary;

        Assert.Equal((SmallFit.Rows, SmallFit.Table.Observed.Count(o => o == 0), SmallFit.Config.Epochs), (summary.Rows, summary.MissingCells, summary.Epochs));
        Assert.Equal(["generator", "latent", "mask", "missing"], summary.FinalLosses.Keys.Order());
        Assert.All(summary.FinalLosses.Values, loss => Assert.True(double.IsFinite(loss) && loss != 0));
    }

    [Fact]
    public void The_networks_have_the_widths_of_the_configuration()
    {
        var weights = Fit().Weights;

        Assert.Equal([(2, 10), (10, 9)], weights.Generator.Hidden.Select(layer => (layer.Inputs, layer.Outputs)));
        Assert.Equal((9, 4), (weights.Generator.Variance.Inputs, weights.Generator.Variance.Outputs));
        Assert.Equal([(4, 8)], weights.Mask.Hidden.Select(layer => (layer.Inputs, layer.Outputs)));
        Assert.Equal((11, 2), (weights.Encoder.Output.Inputs, weights.Encoder.Output.Outputs));
        Assert.All(weights.Generator.InputNorm!.Variance, variance => Assert.NotEqual(1, variance));
    }

    [Fact]
    public void Fitting_lowers_the_losses()
    {
        var table = SmallFit.CorrelatedTable(120, 5, 0.2, seed: 2);
        var losses = new List<FitProgress>();
        MissBgmFit.Run(table, SmallFit.Of(SmallFit.AsPublished with { Epochs = 40 }), new FitOptions { Progress = new Recorder(losses.Add) });

        var epochs = losses.Where(p => p.Stage == FitStage.Epochs && p.Done == Math.Floor(p.Done) && p.Done > 0).ToArray();
        Assert.True(epochs[^1].Losses["generator"] < epochs[0].Losses["generator"] - 0.05);
        Assert.True(epochs[^1].Losses["latent"] < epochs[0].Losses["latent"] - 0.05);
    }

    [Fact]
    public void Without_the_warm_start_the_fit_still_runs()
        => Assert.All(Fit(SmallFit.Config with { EgmInit = new EgmInitConfig { Enabled = false } }).Completed, x => Assert.True(float.IsFinite(x)));

    [Theory]
    [InlineData(2, 3)]
    [InlineData(10, 1)]
    [InlineData(8, 20)]
    [InlineData(10, 3)]
    public void Tables_of_few_rows_one_column_or_more_columns_than_rows_are_fitted(int rows, int columns)
        => Assert.All(Fit(table: SmallFit.CorrelatedTable(rows, columns, 0.2, seed: 3)).Completed, x => Assert.True(float.IsFinite(x)));

    [Fact]
    public void A_table_with_nothing_missing_is_fitted_and_comes_back_unchanged()
    {
        var table = SmallFit.CorrelatedTable(20, 3, 0, seed: 4);

        Assert.Equal(table.Values, Fit(table: table).Completed);
    }

    [Fact]
    public void A_row_entirely_missing_gets_finite_values()
    {
        var table = SmallFit.CorrelatedTable(20, 3, 0.1, seed: 4);
        Array.Clear(table.Observed, 6, 3);
        Array.Clear(table.Values, 6, 3);

        Assert.All(Fit(table: table).Completed[6..9], x => Assert.True(float.IsFinite(x)));
    }

    [Fact]
    public void Averaging_early_stopping_and_noise_leak_no_tensors()
    {
        var before = torch.Tensor.TotalCount;

        Fit(table: SmallFit.LargerTable);

        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_covariance_with_a_low_rank_part_is_fitted(bool bayesian)
    {
        var before = torch.Tensor.TotalCount;
        var config = SmallFit.AsPublished with { Covariance = new CovarianceConfig { Kind = "low_rank", Rank = 2 }, UseBnn = bayesian };

        var result = Fit(config);

        Assert.Equal(2, result.Weights.Generator.CovarianceRank);
        Assert.Equal((9, 2 * SmallFit.Columns), (result.Weights.Generator.Factor!.Inputs, result.Weights.Generator.Factor.Outputs));
        Assert.All(result.Completed, x => Assert.True(float.IsFinite(x)));
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public void One_row_is_too_few()
        => Assert.Contains("at least two", Assert.Throws<UserInputException>(() => Fit(table: new EncodedTable(1, 1, [0], [1]))).Message);

    [Fact]
    public void Losses_that_run_away_stop_the_fit_with_epoch_batch_and_advice()
    {
        var table = SmallFit.CorrelatedTable(20, 3, 0.1, seed: 4);
        var config = SmallFit.Config with { EgmInit = new EgmInitConfig { Enabled = false } };
        for (var i = 0; i < table.Values.Length; i++)
        {
            table.Values[i] *= 1e20f;
        }

        var error = Assert.Throws<NumericalException>(() => Fit(config, table));

        Assert.Matches(@"epoch \d+, batch \d+ of \d+.*lower paper\.lr_theta", error.Message);
    }

    [Fact]
    public void Cuda_where_there_is_none_is_an_error_and_not_a_fallback()
    {
        if (!torch.cuda_is_available())
        {
            Assert.Contains(
                "--device cuda",
                Assert.Throws<UserInputException>(
                    () => MissBgmFit.Run(SmallFit.Table, SmallFit.Of(SmallFit.Config), new FitOptions { Device = "cuda" })).Message);
        }
    }

    [Fact]
    public void Missing_levels_end_as_levels_and_observed_ones_stay()
    {
        var table = SmallFit.MixedTable;
        var completed = Fit(table: table).Completed;
        Assert.All(Enumerable.Range(0, completed.Length).Where(i => table.Observed[i] == 1), i => Assert.Equal(table.Values[i], completed[i]));
        Assert.All(Enumerable.Range(0, completed.Length).Where(i => i % 4 == 2), i => Assert.Contains(completed[i], new float[] { 0, 1 }));
        Assert.All(Enumerable.Range(0, completed.Length).Where(i => i % 4 == 3), i => Assert.Contains(completed[i], new float[] { 0, 1, 2 }));
    }

    [Fact]
    public void A_covariance_of_low_rank_takes_tables_with_levels()
    {
        var fit = Fit(SmallFit.Config with { Covariance = new CovarianceConfig { Kind = "low_rank" } }, SmallFit.MixedTable);
        Assert.Equal((2, 2), (fit.Weights.Generator.CovarianceRank, fit.Weights.Generator.Discrete!.Columns.Count));
        Assert.All(fit.Completed, x => Assert.True(float.IsFinite(x)));
    }

    [Fact]
    public void A_covariance_without_a_column_of_numbers_is_refused()
    {
        var table = new EncodedTable(3, 1, [0, 1, 1], [1, 1, 0]) { Discrete = [new(2, false)] };
        var config = SmallFit.Config with { Covariance = new CovarianceConfig { Kind = "low_rank" } };
        Assert.Contains("this table has none", Assert.Throws<UserInputException>(() => Fit(config, table)).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hundred_steps_leave_the_number_of_live_tensors_unchanged(bool levels)
    {
        var table = levels ? SmallFit.MixedTable : SmallFit.Table;
        var batches = (table.Rows + SmallFit.Config.BatchSize - 1) / SmallFit.Config.BatchSize;
        var live = new List<long>();
        var progress = new Recorder(report => live.Add(torch.Tensor.TotalCount));
        var config = SmallFit.AsPublished with { Epochs = 30, EgmInit = SmallFit.Config.EgmInit with { NIter = 130 } };
        var before = torch.Tensor.TotalCount;

        MissBgmFit.Run(table, SmallFit.Of(config), new FitOptions { Progress = progress });

        Assert.Equal(live[10], live[110]);
        Assert.Equal(live[130 + 2 * batches], live[130 + 26 * batches]);
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    internal static FitResult Fit(PaperConfig? config = null, EncodedTable? table = null, ulong seed = 42)
        => MissBgmFit.Run(table ?? SmallFit.Table, SmallFit.Of(config ?? SmallFit.Config), new FitOptions { Seed = seed });

    internal static void AssertSame(FitResult expected, FitResult actual)
    {
        Assert.Equal(expected.Completed, actual.Completed);
        Assert.Equal(expected.Latent, actual.Latent);
        Assert.Equal(expected.Weights.Generator.Mean.Kernel, actual.Weights.Generator.Mean.Kernel);
        Assert.Equal(expected.Weights.Generator.Variance.Kernel, actual.Weights.Generator.Variance.Kernel);
        Assert.Equal(expected.Weights.Generator.InputNorm!.Variance, actual.Weights.Generator.InputNorm!.Variance);
        Assert.Equal(expected.Weights.Mask.Output.Kernel, actual.Weights.Mask.Output.Kernel);
        Assert.Equal(expected.Weights.Encoder.Output.Kernel, actual.Weights.Encoder.Output.Kernel);
        Assert.Equal(expected.Summary.FinalLosses, actual.Summary.FinalLosses);
    }

    internal sealed class Recorder(Action<FitProgress> report) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => report(value);
    }
}
