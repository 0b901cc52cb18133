using System.Text.Json;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Cli;

public sealed class EvaluateCommandTests : IDisposable
{
    private const string CellsHeader = "row,column,mean,sd,lower,upper,map,rhat,ess\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-test-").FullName;
    private readonly TestConsole _console = new();

    public void Dispose()
    {
        Directory.Delete(_folder, true);
        _console.Dispose();
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void Errors_are_in_standard_deviations_of_the_true_columns()
    {
        // Column a: mean 3, population s.d. sqrt(2); hidden cells 1 and 5; observed mean 3. Column b: mean 0, s.d. 1; hidden 1; observed
        // mean -1/3.
        var truth = Write("truth.csv", "a,b\n1,-1\n2,1\n3,-1\n4,1\n5,0\n");
        var data = Write("data.csv", "b,a\n-1,\n1,2\n-1,3\n,4\n0,\n");
        var cells = Write("cells.csv", CellsHeader + "0,a,2,1,0,3,1,,\n3,b,0.5,1,-1,0.75,1,,\n4,a,5,1,4,6,3,,\n");
        Assert.Equal(0, _console.Run("evaluate", "--truth", truth, "--data", data, "--cells", cells, "--json"));
        using var json = JsonDocument.Parse(_console.Output);
        double Value(string name) => json.RootElement.GetProperty(name).GetDouble();
        var s = Math.Sqrt(0.8);
        Assert.Equal(3, Value("hidden_cells"));
        Assert.Equal(Math.Sqrt((4 / 2.0 + 4 / 2.0 + 1.25 * 1.25 / 0.8) / 3), Value("column_mean_rmse"), 9);
        Assert.Equal(Math.Sqrt((0 + 4 / 2.0 + 0) / 3), Value("map_rmse"), 9);
        Assert.Equal(Math.Sqrt((1 / 2.0 + 0 + 0.25 / 0.8) / 3), Value("mean_rmse"), 9);
        Assert.Equal(2 / 3.0, Value("coverage"), 9);
        Assert.Equal((3 / Math.Sqrt(2) + 2 / Math.Sqrt(2) + 1.75 / s) / 3, Value("mean_width"), 9);
    }

    [Fact]
    public void Levels_are_right_or_wrong()
    {
        var truth = Write("truth.csv", "a,b\n1,red\n2,red\n3,blue\n4,green\n5,blue\n6,blue\n");
        var data = Write("data.csv", "a,b\n1,\n2,\n3,\n4,green\n5,blue\n,blue\n");
        var cells = Write(
            "cells.csv",
            CellsHeader.TrimEnd() + ",level,probabilities\n"
            + "0,b,,,,,red,,,red,blue=0.4;red=0.6\n1,b,,,,,red,,,blue,blue=0.6;red=0.4\n2,b,,,,,blue,,,blue,blue=0.9;red=0.1\n"
            + "5,a,6,1,4,8,6,1,100,,\n");
        Assert.Equal(0, _console.Run("evaluate", "--truth", truth, "--data", data, "--cells", cells, "--json"));
        using var json = JsonDocument.Parse(_console.Output);
        double Value(string name) => json.RootElement.GetProperty(name).GetDouble();
        Assert.Equal((4, 3), (Value("hidden_cells"), Value("level_cells")));
        Assert.Equal(2 / 3.0, Value("level_accuracy"), 9);
        Assert.Equal(1 / 3.0, Value("most_frequent_accuracy"), 9);
        Assert.Equal((0, 1), (Value("mean_rmse"), Value("coverage")));
    }

    [Fact]
    public void Cells_that_are_not_listed_are_named()
    {
        var truth = Write("truth.csv", "a,b\n1,-1\n2,1\n");
        var data = Write("data.csv", "a,b\n1,\n2,1\n");
        Assert.Equal(2, _console.Run("evaluate", "--truth", truth, "--data", data, "--cells", Write("cells.csv", CellsHeader + "1,a,0,1,0,1,0,,\n")));
        Assert.Contains("no line for data row 0, column 'b'", _console.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_of_different_lengths_are_refused()
    {
        var truth = Write("truth.csv", "a\n1\n2\n");
        Assert.Equal(
            2,
            _console.Run(
                "evaluate", "--truth", truth, "--data", Write("data.csv", "a\n1\n"), "--cells",
                Write("cells.csv", CellsHeader + "0,a,0,1,0,1,0,,\n")));
        Assert.Contains("2 rows", _console.Messages, StringComparison.Ordinal);
    }
}
