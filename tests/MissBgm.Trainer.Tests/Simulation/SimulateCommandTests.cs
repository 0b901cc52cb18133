using System.Text.Json;
using MissBgm.CommandLine;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Simulation;

/// <summary>The command line of <c>missbgm-train simulate</c>.</summary>
public sealed class SimulateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-simulate-").FullName;
    private readonly TestConsole _console = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_summary_counts_hidden_cells_and_names_the_files()
    {
        Assert.Equal(0, Run("--kind", "oracle", "--rows", "200", "--columns", "10", "--rate", "0.5", "--out", Path.Combine(_folder, "new"), "--json"));
        var summary = JsonDocument.Parse(_console.Output).RootElement;
        Assert.Equal(200, summary.GetProperty("rows").GetInt32());
        Assert.Equal(10, summary.GetProperty("columns").GetInt32());
        Assert.InRange(summary.GetProperty("hidden_cells").GetInt32(), 400, 600);
        Assert.All(summary.GetProperty("files").EnumerateArray(), file => Assert.True(File.Exists(file.GetString())));
    }

    [Theory]
    [InlineData("--kind oracle --data wine.csv", "--data has no meaning for --kind oracle")]
    [InlineData("--kind mcar --data wine.csv --rows 5", "--rows has no meaning for --kind mcar")]
    [InlineData("--kind real-mnar", "--data is missing")]
    [InlineData("--kind real-mnar --data nowhere.csv", "nowhere.csv")]
    [InlineData("--kind oracle --rate 1.5", "--rate is 1.5")]
    [InlineData("--kind oracel", "--kind is 'oracel'; allowed: oracle, real-mnar, mnar-m2m, mcar")]
    [InlineData("--kind oracle --seed -1", "seed")]
    public void A_users_mistake_is_named_and_exits_with_2(string arguments, string message)
    {
        Assert.Equal(2, Run([.. arguments.Split(' '), "--out", _folder]));
        Assert.Contains(message, _console.Messages);
        Assert.DoesNotContain("   at ", _console.Messages);
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    private int Run(params string[] arguments) => CommandLineHost.Run<TrainerApp>(["simulate", .. arguments], _console, CancellationToken.None);
}
