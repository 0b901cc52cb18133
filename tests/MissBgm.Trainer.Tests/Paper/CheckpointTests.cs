using MissBgm.Runtime;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper;
using MissBgm.Trainer.Running;
using MissBgm.Trainer.Tensors;

namespace MissBgm.Trainer.Tests.Paper;

[Collection("live tensors")]
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string CheckpointPath => _folder.PathOf("fit.checkpoint.npz");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(FitStage.WarmStart, 1)]
    [InlineData(FitStage.WarmStart, 7)]
    [InlineData(FitStage.WarmStart, 12)]
    [InlineData(FitStage.Epochs, 0)]
    [InlineData(FitStage.Epochs, 0.6)]
    [InlineData(FitStage.Epochs, 1)]
    [InlineData(FitStage.Epochs, 2.2)]
    public void A_fit_that_was_cancelled_anywhere_resumes_to_the_very_same_bits(FitStage stage, double done)
        => AssertResumes(SmallFit.Table, SmallFit.AsPublished, stage, done);

    [Theory]
    [InlineData(FitStage.WarmStart, 5)]
    [InlineData(FitStage.Epochs, 1)]
    [InlineData(FitStage.Epochs, 2.5)]
    public void So_does_one_that_averages_and_stops_early(FitStage stage, double done)
        => AssertResumes(SmallFit.LargerTable, SmallFit.Config, stage, done);

    [Theory]
    [InlineData(FitStage.WarmStart, 5)]
    [InlineData(FitStage.Epochs, 2.5)]
    public void So_does_one_of_bayesian_networks(FitStage stage, double done)
        => AssertResumes(SmallFit.Table, SmallFit.AsPublished with { UseBnn = true }, stage, done);

    [Fact]
    public void A_fit_cancelled_three_times_still_ends_in_the_same_bits()
    {
        Cancel(FitStage.WarmStart, 5);
        Cancel(FitStage.Epochs, 0.5, resume: true);
        Cancel(FitStage.Epochs, 3, resume: true);

        var resumed = MissBgmFit.Run(SmallFit.Table, SmallFit.Of(SmallFit.Config), new FitOptions { CheckpointPath = CheckpointPath, Resume = true });

        MissBgmFitTests.AssertSame(MissBgmFitTests.Fit(), resumed);
    }

    [Fact]
    public void A_checkpoint_is_kept_every_so_often_without_being_asked()
    {
        MissBgmFit.Run(SmallFit.Table, SmallFit.Of(SmallFit.Config), new FitOptions { CheckpointPath = CheckpointPath, CheckpointInterval = TimeSpan.Zero });

        var position = NpzFile.Read(CheckpointPath).Get<long>("position");
        Assert.Equal([12, SmallFit.Config.Epochs - 1], position[..2]);
    }

    [Fact]
    public void Keeping_checkpoints_does_not_change_the_result()
        => MissBgmFitTests.AssertSame(
            MissBgmFitTests.Fit(),
            MissBgmFit.Run(
                SmallFit.Table, SmallFit.Of(SmallFit.Config),
                new FitOptions { CheckpointPath = CheckpointPath, CheckpointInterval = TimeSpan.Zero }));

    [Fact]
    public void Another_table_is_refused()
    {
        Cancel(FitStage.Epochs, 1);

        AssertRefused("another table", () => MissBgmFit.Run(
            SmallFit.CorrelatedTable(SmallFit.Rows, SmallFit.Columns, 0.25, seed: 9), SmallFit.Of(SmallFit.Config),
            new FitOptions { CheckpointPath = CheckpointPath, Resume = true }));
    }

    [Fact]
    public void Another_configuration_is_refused_and_the_difference_named()
    {
        Cancel(FitStage.Epochs, 1);
        var other = SmallFit.Config with { EgmInit = SmallFit.Config.EgmInit with { Lr = 0.5 } };

        AssertRefused(
            "egm_init.lr: 0.002 there, 0.5 here",
            () => MissBgmFit.Run(SmallFit.Table, SmallFit.Of(other), new FitOptions { CheckpointPath = CheckpointPath, Resume = true }));
        AssertRefused(
            "seed: 42 there, 7 here",
            () => MissBgmFit.Run(
                SmallFit.Table, SmallFit.Of(SmallFit.Config), new FitOptions { CheckpointPath = CheckpointPath, Resume = true, Seed = 7 }));
    }

    [Fact]
    public void A_truncated_checkpoint_is_refused()
    {
        Cancel(FitStage.Epochs, 1);
        var bytes = File.ReadAllBytes(CheckpointPath);
        File.WriteAllBytes(CheckpointPath, bytes[..(bytes.Length / 2)]);

        AssertRefused(
            "cannot be read",
            () => MissBgmFit.Run(
                SmallFit.Table, SmallFit.Of(SmallFit.Config), new FitOptions { CheckpointPath = CheckpointPath, Resume = true }));
    }

    [Fact]
    public void Resuming_from_nothing_is_refused()
        => AssertRefused(
            "no checkpoint",
            () => MissBgmFit.Run(
                SmallFit.Table, SmallFit.Of(SmallFit.Config), new FitOptions { CheckpointPath = CheckpointPath, Resume = true }));

    [Theory]
    [InlineData(FitStage.WarmStart, 5)]
    [InlineData(FitStage.Epochs, 2)]
    public void A_fit_of_levels_resumes_to_the_same_model(FitStage stage, double done) => AssertResumes(SmallFit.MixedTable, SmallFit.Config, stage, done);

    private void AssertResumes(EncodedTable table, PaperConfig config, FitStage stage, double done)
    {
        Cancel(stage, done, table: table, config: config);

        var resumed = MissBgmFit.Run(table, SmallFit.Of(config), new FitOptions { CheckpointPath = CheckpointPath, Resume = true });

        MissBgmFitTests.AssertSame(MissBgmFitTests.Fit(config, table), resumed);
    }

    private void AssertRefused(string reason, Action action)
    {
        var error = Assert.Throws<UserInputException>(action);
        Assert.StartsWith(CheckpointPath, error.Message);
        Assert.Contains(reason, error.Message);
    }

    private void Cancel(FitStage stage, double done, bool resume = false, EncodedTable? table = null, PaperConfig? config = null)
    {
        using var source = new CancellationTokenSource();
        var progress = new MissBgmFitTests.Recorder(report =>
        {
            if (report.Stage == stage && report.Done >= done)
            {
                source.Cancel();
            }
        });
        var options = new FitOptions { CheckpointPath = CheckpointPath, Resume = resume, Progress = progress };

        Assert.ThrowsAny<OperationCanceledException>(() =>
            MissBgmFit.Run(table ?? SmallFit.Table, SmallFit.Of(config ?? SmallFit.Config), options, source.Token));
        Assert.True(File.Exists(CheckpointPath));
    }
}
