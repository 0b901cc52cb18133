using MissBgm.CommandLine;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Cli;

/// <summary>What is wrong with a command line is said on stderr, so that a pipe never takes it for a result.</summary>
public sealed class WrongUsageTests : IDisposable
{
    private readonly TestConsole _console = new();

    public void Dispose() => _console.Dispose();

    [Theory]
    [InlineData("Did you mean 'fit'? See missbgm-train --help.", "fi")]
    [InlineData("Did you mean 'data'? See missbgm-train fit --help.", "fit", "--dat", "x")]
    [InlineData("See missbgm-train fit --help.", "fit")]
    [InlineData("Usage: missbgm-train [options] [command]")]
    public void Wrong_usage_ends_with_2_and_leaves_stdout_empty(string message, params string[] args)
    {
        Assert.Equal(2, CommandLineHost.Run<TrainerApp>(args, _console, CancellationToken.None));
        Assert.Contains(message, _console.Messages, StringComparison.Ordinal);
        Assert.Empty(_console.Output);
    }

    [Theory]
    [InlineData("Usage: missbgm-train", "--help")]
    [InlineData("Usage: missbgm-train fit [options]", "fit", "-h")]
    [InlineData("and auto without", "fit", "--help")]
    public void Help_that_was_asked_for_is_a_result(string text, params string[] args)
    {
        Assert.Equal(0, CommandLineHost.Run<TrainerApp>(args, _console, CancellationToken.None));
        Assert.Contains(text, _console.Output, StringComparison.Ordinal);
        Assert.Empty(_console.Messages);
    }
}
