using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Cli;

/// <summary>What is wrong with a command line is said on stderr, so that a pipe never takes it for a result.</summary>
public sealed class WrongUsageTests : IDisposable
{
    private readonly TestConsole _console = new();

    public void Dispose() => _console.Dispose();

    [Theory]
    [InlineData("Did you mean 'impute'? See missbgm --help.", "imput")]
    [InlineData("Did you mean 'model'? See missbgm impute --help.", "impute", "--mdel", "x")]
    [InlineData("The --out field is required. See missbgm impute --help.", "impute")]
    [InlineData("'extra'", "impute", "--model", "a", "--data", "b", "--out", "c", "extra")]
    [InlineData("Usage: missbgm [options] [command]")]
    public void Wrong_usage_ends_with_2_and_leaves_stdout_empty(string message, params string[] args)
    {
        Assert.Equal(2, _console.Run(args));
        Assert.Contains(message, _console.Messages, StringComparison.Ordinal);
        Assert.Empty(_console.Output);
    }

    [Theory]
    [InlineData("Usage: missbgm [options] [command]", "--help")]
    [InlineData("Usage: missbgm impute [options]", "impute", "-h")]
    [InlineData("0.1.0", "--version")]
    public void Help_that_was_asked_for_is_a_result(string text, params string[] args)
    {
        Assert.Equal(0, _console.Run(args));
        Assert.Contains(text, _console.Output, StringComparison.Ordinal);
        Assert.Empty(_console.Messages);
    }
}
