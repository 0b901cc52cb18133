using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Cli;

public sealed class SensitivityCommandTests : IDisposable
{
    private const string Data = "a,b\n1,2\n,3\n2,1\n4,\n,5\n3,2\n";
    private readonly TestConsole _console = new();
    private readonly TestModel _model = TestModel.OfTwoColumns();

    public void Dispose()
    {
        _model.Dispose();
        _console.Dispose();
    }

    private int Run(params string[] more) => _console.Run(["sensitivity", "--model", _model.Path, "--data", _model.Write("data.csv", Data), .. more]);

    [Fact]
    public void What_was_decided_about_the_table_is_said()
    {
        var data = _model.Write("noted.csv", "who,a,b\nx,1,2\ny,nan,3\nz,2,1\nu,4,\nv,,5\nw,3,2\n");
        Assert.Equal(0, _console.Run("sensitivity", "--model", _model.Path, "--data", data, "--values=0.5", "--json"));
        Assert.Contains("note: column 'a': 'nan' counts as missing (1 cell)", _console.Messages, StringComparison.Ordinal);
        Assert.Contains("note: not in the training table, so carried through untouched: 'who'.", _console.Messages, StringComparison.Ordinal);
        Assert.Contains("counts as missing", JsonDocument.Parse(_console.Output).RootElement.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Table_and_drawing_are_written_and_the_verdict_said()
    {
        Assert.Equal(
            0,
            Run(
                "--statistic", "mean(a)", "--conclusion", "> -100", "--values=-0.5,0.5", "--out", _model.File("s.csv"), "--svg",
                _model.File("s.svg")));
        var lines = File.ReadAllLines(_model.File("s.csv"));
        Assert.Equal("parameter,value,quantity,estimate,lower,upper,holds", lines[0]);
        Assert.Equal(1 + 3 * (2 * 4 + 1), lines.Length);
        Assert.Equal(3, lines.Count(line => line.EndsWith(",yes", StringComparison.Ordinal)));
        Assert.Equal("svg", XDocument.Load(_model.File("s.svg")).Root!.Name.LocalName);
        Assert.Contains("holds as fitted", _console.Messages, StringComparison.Ordinal);
        Assert.Contains("mean(a)", _console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_come_as_json()
    {
        Assert.Equal(0, Run("--json", "--parameter", "delta", "--columns", "a"));
        using var json = JsonDocument.Parse(_console.Output);
        Assert.Equal("delta", json.RootElement.GetProperty("parameter").GetString());
        Assert.Equal(9, json.RootElement.GetProperty("points").GetArrayLength());
    }

    [Theory]
    [InlineData("'x' is not a number", "--values", "1,x")]
    [InlineData("cannot be read", "--statistic", "middle(a)")]
    [InlineData("cannot be read", "--conclusion", "is 3", "--statistic", "mean(a)")]
    [InlineData("--whole-interval", "--whole-interval")]
    [InlineData("both name", "--out", "same", "--svg", "same")]
    [InlineData("parameter", "--parameter", "alpha")]
    public void Bad_input_is_refused_and_nothing_written(string part, params string[] arguments)
    {
        Assert.Equal(2, Run(arguments));
        Assert.Contains(part, _console.Messages, StringComparison.Ordinal);
        Assert.Empty(_console.Output);
    }

    [Fact]
    public void A_bundle_without_the_graph_says_so()
    {
        var manifest = Path.Combine(_model.Path, Manifest.FileName);
        var json = JsonNode.Parse(File.ReadAllText(manifest))!;
        json["files"]!.AsObject().Remove(GraphFiles.Sensitivity);
        File.WriteAllText(manifest, json.ToJsonString());
        File.Delete(Path.Combine(_model.Path, GraphFiles.Sensitivity));
        Assert.Equal(3, Run());
        Assert.Contains("sensitivity.onnx", _console.Messages, StringComparison.Ordinal);
    }
}
