using System.Xml.Linq;
using MissBgm.Report.Charts;
using MissBgm.Report.Findings;
using MissBgm.Report.Pictures;
using MissBgm.Runtime.Sensitivity;

namespace MissBgm.Runtime.Tests.Report;

public sealed class ChartWriterTests
{
    private static Chart Curve(string name = "a <b> & \"c\"")
    {
        var points = new[] { -0.5, 0, 0.5 }.Select(value => new CurvePoint(value, name, 3 + value, 2, 5, null));
        return SensitivityPicture.Draw(new SensitivityCurve("rho", [.. points])
        {
            Statistic = name,
            Conclusion = Conclusion.Parse("> 3"),
            TippingPoints = [0.25],
        });
    }

    [Fact]
    public void A_document_is_the_same_each_time_and_has_its_names_as_texts()
    {
        var text = SvgWriter.Document(Curve());
        Assert.Equal(text, SvgWriter.Document(Curve()));
        var svg = XElement.Parse(text);
        Assert.Equal("a <b> & \"c\"", svg.Elements().First(e => e.Name.LocalName == "title").Value);
        Assert.Contains(svg.Descendants().Where(e => e.Name.LocalName == "text"), e => e.Value == "tips at 0.25");
    }

    [Fact]
    public void Colours_have_attributes_for_every_viewer_and_classes_for_dark_ones()
    {
        var svg = XElement.Parse(SvgWriter.Document(Curve()));
        var marked = svg.Descendants().Where(e => e.Attribute("class") is not null).ToArray();
        Assert.NotEmpty(marked);
        Assert.All(marked, e => Assert.True(e.Attribute("fill") is not null || e.Attribute("stroke") is not null));
        Assert.All(svg.Descendants(), e => Assert.Null(e.Attribute("style")));
        var dark = svg.Descendants().Single(e => e.Name.LocalName == "style").Value;
        Assert.All(marked.SelectMany(e => ((string)e.Attribute("class")!).Split(' ')), name => Assert.Contains($".{name}{{", dark, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_within_charts_of_one_page_do_not_meet()
    {
        string[] Ids(string id) => [.. XElement.Parse(SvgWriter.Inline(Curve(), id)).DescendantsAndSelf().Attributes("id").Select(a => a.Value)];
        Assert.NotEmpty(Ids("one"));
        Assert.Empty(Ids("one").Intersect(Ids("two")));
    }

    [Fact]
    public void What_is_drawn_of_the_data_lies_where_the_axis_says()
    {
        // The middle of three equally spaced points of a straight line lies in the middle of the line.
        var svg = XElement.Parse(SvgWriter.Document(Curve()));
        var line = svg.Descendants().Single(e => e.Name.LocalName == "polyline" && ((string?)e.Attribute("class")) == "k-observed");
        var points = ((string)line.Attribute("points")!).Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(double.Parse).ToArray();
        Assert.Equal(6, points.Length);
        Assert.Equal((points[0] + points[4]) / 2, points[2], 0.11);
        Assert.Equal((points[1] + points[5]) / 2, points[3], 0.11);
        Assert.True(points[5] < points[1]);
    }

    [Fact]
    public void Series_have_discs_rings_for_published_figures_and_a_legend()
    {
        var plot = new SeriesPicture("Errors", "", "RMSE", [(0, "wine"), (1, "concrete")], Lines: false, Logarithmic: false);
        var svg = XElement.Parse(
            SvgWriter.Document(
                plot.Draw([new PlotSeries("ours", false, [(0, 0.6, 0.1), (1, 0.5, 0)]), new PlotSeries("theirs", true, [(0, 0.7, 0)])])));
        int Marks(string fill) => svg.Descendants().Count(e => e.Name.LocalName is "ellipse" or "circle" && (string?)e.Attribute("fill") == fill);
        // A mark for each figure, and one in the legend.
        Assert.Equal((3, 2), (Marks(Tone.Series[0].Light), Marks(Tone.Ground.Light)));
        Assert.Superset(
            new HashSet<string> { "ours", "theirs", "wine", "concrete" },
            svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value).ToHashSet());
    }

    [Fact]
    public void A_task_has_a_square_for_each_observed_cell_and_a_label_for_each_row()
    {
        float[] values = [1, 2, 3, 5, 5, 5];
        var svg = XElement.Parse(SvgWriter.Document(TaskPicture.Draw(values, [1, 0, 1, 1, 1, 0], [0, 1, 0], 2)));
        Assert.Equal(4 + 3, svg.Descendants().Count(e => (string?)e.Attribute("class") is "f-observed" or "f-imputed"));
    }

    [Fact]
    public void A_png_is_one_of_twice_the_size()
    {
        using var stream = new MemoryStream();
        PngWriter.Write(stream, Curve());
        var bytes = stream.ToArray();
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]);
        Assert.Equal((1280, 660), (bytes[18] << 8 | bytes[19], bytes[22] << 8 | bytes[23]));
    }
}
