using System.Xml.Linq;
using MissBgm.Report.Charts;
using MissBgm.Report.Findings;
using MissBgm.Report.Pictures;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Report;

public sealed class MissingPatternTests
{
    // Three kinds of rows: whole ones, those without b and c, one without a.
    private static readonly Table Three = Table.FromNumbers(["a", "b", "c"], new[,]
    {
        { 1, 2, 3 }, { 1, double.NaN, double.NaN }, { 2, 3, 4 }, { double.NaN, 1, 2 }, { 5, double.NaN, double.NaN }, { 3, 3, 3 },
    });

    [Fact]
    public void Patterns_are_counted_the_most_frequent_first()
    {
        var patterns = MissingPattern.Of(Three, [0, 1, 2]);
        Assert.Equal([3, 2, 1], patterns.Select(pattern => pattern.Rows));
        Assert.Equal([[false, false, false], [false, true, true], [true, false, false]], patterns.Select(pattern => pattern.Missing));
    }

    [Fact]
    public void The_picture_has_a_square_for_each_cell_and_those_missing_are_orange()
    {
        var svg = XElement.Parse(SvgWriter.Document(MissingPicture.Patterns(Three)));
        int Squares(Tone tone) => svg.Descendants().Count(e =>
            e.Name.LocalName is "rect" or "polygon"
                && ((string?)e.Attribute("class") ?? "").Contains($"f-{tone.Name}", StringComparison.Ordinal));
        Assert.Equal((3, 6), (Squares(Tone.Imputed), Squares(Tone.Observed)));
        var texts = svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value).ToArray();
        Assert.Contains("3 rows", texts);
        Assert.Contains("1 row", texts);
        Assert.Contains("b", texts);
    }

    [Fact]
    public void Masks_that_go_together_correlate()
    {
        var correlation = MaskCorrelation.Of(Three, [0, 1, 2]);
        Assert.Equal(1, correlation.Values[1, 2], 1e-12);
        // phi of (2 of 6) against (1 of 6), never together: -1/18 / sqrt(2/9 * 5/36).
        Assert.Equal(-1 / 18.0 / Math.Sqrt(2 / 9.0 * 5 / 36), correlation.Values[0, 1], 1e-12);
        Assert.Equal((1, 2), (correlation.Pairs().First().First, correlation.Pairs().First().Second));
    }

    [Fact]
    public void Columns_without_missing_cells_or_of_nothing_else_have_no_correlation() =>
        Assert.Equal(
            [1],
            MaskCorrelation.Of(
                Table.FromNumbers(["a", "b", "c"], new[,] { { 1, 2, double.NaN }, { 1, double.NaN, double.NaN } }), [0, 1, 2]).Columns);
}
