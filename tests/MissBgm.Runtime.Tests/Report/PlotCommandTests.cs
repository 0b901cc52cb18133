using System.Xml.Linq;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Report;

public sealed class PlotCommandTests : IDisposable
{
    private const string Data = "a,b\n1,2\n,3\n2,1\n4,\n,5\n3,2\n2.5,3.5\n";
    private readonly TestConsole _console = new();
    private readonly TestModel _model = TestModel.OfTwoColumns();

    public void Dispose()
    {
        _model.Dispose();
        _console.Dispose();
    }

    private int Plot(params string[] arguments) => _console.Run(["plot", "--model", _model.Path, "--data", _model.Write("data.csv", Data), .. arguments]);

    [Theory]
    [InlineData("missing", "Missing patterns")]
    [InlineData("correlation", "Correlation of missingness")]
    [InlineData("distribution", "Observed (blue) and imputed (orange) values")]
    [InlineData("convergence", "R-hat and effective draws of each cell")]
    [InlineData("trace", "row ")]
    [InlineData("uncertain", "The most uncertain cells of numbers")]
    public void Each_kind_is_an_svg_with_a_title(string kind, string title)
    {
        Assert.Equal(0, Plot("--kind", kind, "--out", _model.File("p.svg")));
        var svg = XDocument.Load(_model.File("p.svg")).Root!;
        Assert.Equal("img", (string?)svg.Attribute("role"));
        Assert.Contains(title, svg.Elements().First(e => e.Name.LocalName == "title").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_column_may_be_a_png()
    {
        Assert.Equal(0, Plot("--columns", "a", "--out", _model.File("p.png")));
        Assert.Equal((byte)'P', File.ReadAllBytes(_model.File("p.png"))[1]);
    }

    [Theory]
    [InlineData("end in .svg or .png, not .gif", "--out", "p.gif")]
    [InlineData("no column 'z' with imputed cells; there are a, b", "--columns", "z", "--out", "p.svg")]
    [InlineData("holds one picture, and there are 2 columns", "--out", "p.png")]
    [InlineData("--columns is of distributions", "--kind", "missing", "--columns", "a")]
    [InlineData("needs --sensitivity", "--kind", "sensitivity")]
    [InlineData("holds no evidence", "--kind", "evidence")]
    [InlineData("Invalid value", "--kind", "pie")]
    public void Bad_input_is_a_sentence(string part, params string[] arguments)
    {
        Assert.Equal(2, Plot(arguments));
        Assert.Contains(part, _console.Messages + _console.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_whole_table_has_no_picture_of_what_is_missing()
    {
        Assert.Equal(2, _console.Run("plot", "--kind", "missing", "--data", _model.Write("whole.csv", "a\n1\n2\n"), "--out", _model.File("p.svg")));
        Assert.Contains("no missing cell", _console.Messages, StringComparison.Ordinal);
        Assert.False(File.Exists(_model.File("p.svg")));
    }
}
