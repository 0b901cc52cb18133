using MissBgm.CommandLine;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Trainer.Cli;
using MissBgm.Trainer.Pfn;

namespace MissBgm.Trainer.Tests.Cli;

/// <summary><c>missbgm-train pretrain</c>, stopped and resumed.</summary>
[Collection("live tensors")]
public sealed class PretrainCommandTests : IDisposable
{
    private const string Configuration = """
        network: {features: 8, classes: 10, width: 16, layers: 1, heads: 2, feed_forward: 16, flow_layers: 1}
        prior: {kind: structural, maximum_features: 6, few_features: 4}
        rows: [32]
        rows_per_step: 64
        steps: 1000000
        checkpoint_steps: 2
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly TestConsole _console = new();

    public void Dispose()
    {
        _console.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_stopped_pretraining_does_not_wait_for_the_model_which_no_more_minutes_write()
    {
        var (config, model) = (_folder.Write("config.yaml", Configuration), _folder.PathOf("model"));
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => Run(stop.Token, "pretrain", "--config", config, "--out", model, "--threads", "1"));
        while (!running.IsCompleted && !Pretraining.HasCheckpoint(model + ".run")) await Task.Delay(5);
        await stop.CancelAsync();
        Assert.Equal(CommandLineHost.Cancelled, await running);
        Assert.False(Directory.Exists(model));
        Assert.Contains($"the training so far is kept in {model}.run", _console.Messages, StringComparison.Ordinal);

        Assert.Equal(2, Run(default, "pretrain", "--config", config, "--out", model, "--minutes", "0"));
        Assert.Contains("--minutes is 0; allowed is a number above 0, and with --resume 0", _console.Messages, StringComparison.Ordinal);
        var kept = File.ReadAllBytes(Path.Combine(model + ".run", Pretraining.CheckpointName));
        Assert.Equal(0, Run(default, "pretrain", "--config", config, "--out", model, "--minutes", "0", "--resume", "--threads", "1"));
        Assert.True(File.Exists(Path.Combine(model, "manifest.json")));
        Assert.Equal(kept, File.ReadAllBytes(Path.Combine(model + ".run", Pretraining.CheckpointName)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# steps: 5\n")]
    public void A_configuration_that_sets_nothing_is_told(string text)
    {
        var config = _folder.Write("config.yaml", text);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Equal(CommandLineHost.Cancelled, Run(stopped.Token, "prior", "--config", config, "--show", _folder.PathOf("tasks")));
        Assert.Contains($"{config} sets nothing: every setting is the paper's, whose network of 12 layers", _console.Messages, StringComparison.Ordinal);
    }

    private int Run(CancellationToken cancellation, params string[] arguments) => CommandLineHost.Run<TrainerApp>(arguments, _console, cancellation);
}
