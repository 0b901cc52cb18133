using System.Diagnostics;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Cli;

/// <summary>Shells complete commands, options and choices.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TestConsole _console = new();

    public void Dispose() => _console.Dispose();

    [Theory]
    [InlineData("missbgm imp", "impute")]
    [InlineData("missbgm impute --map", "--map-only")]
    [InlineData("missbgm impute --device ''", "cpu cuda")]
    [InlineData("missbgm completion z", "zsh")]
    [InlineData("missbgm impute --model ''", "")]
    public void Bash_completes(string line, string words)
    {
        Assert.Equal(0, _console.Run("completion", "bash"));
        var script = $"{_console.Output}\nCOMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _missbgm; echo \"${{COMPREPLY[*]}}\"";
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-c", script]) { RedirectStandardOutput = true })!;
        Assert.Equal(words, bash.StandardOutput.ReadToEnd().Trim());
    }

    [Theory]
    [InlineData("zsh", "'--sampler[joint, or paper for the paper'\\''s HMC within Gibbs (default\\: as stored with the model).]:value:(joint paper)'")]
    [InlineData("fish", "complete -c missbgm -n '__fish_seen_subcommand_from impute' -l sampler -x -a 'joint paper'")]
    public void Other_shells_are_told_the_choices(string shell, string line)
    {
        Assert.Equal(0, _console.Run("completion", shell));
        Assert.Contains(line, _console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_none_for_other_shells()
    {
        Assert.NotEqual(0, _console.Run("completion", "tcsh"));
        Assert.Empty(_console.Output);
    }
}
