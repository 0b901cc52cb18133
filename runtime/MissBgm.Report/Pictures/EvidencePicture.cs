using MissBgm.Report.Charts;
using MissBgm.Runtime.Bundles;
using OxyPlot;
using OxyPlot.Axes;

namespace MissBgm.Report.Pictures;

/// <summary>What each column says of what its mask follows.</summary>
public static class EvidencePicture
{
    private const int Most = 30;

    /// <summary>What the marks stand for, in the order in which they are drawn.</summary>
    internal static IReadOnlyList<(string Name, Tone Tone, MarkerType Marker, Func<MaskFollows, double> Value)> Rivals { get; } =
    [
        ("its own value", Tone.Imputed, MarkerType.Diamond, follows => follows.OwnEvidence),
        ("another column", Tone.Observed, MarkerType.Circle, follows => follows.AnchorEvidence),
        ("the sum of the others", Tone.Series[2], MarkerType.Square, follows => follows.SumEvidence),
        ("a combination of them", Tone.Series[3], MarkerType.Triangle, follows => follows.CombinationEvidence),
    ];

    /// <summary>
    /// Draws the evidences, in logarithms of how much more probable they make the mask than a constant chance does; null where there are
    /// none.
    /// </summary>
    /// <param name="evidence">What the fit found; null if it did not look.</param>
    /// <param name="legend">Whether the picture itself says what its marks stand for.</param>
    public static Chart? Draw(MechanismEvidence? evidence, bool legend = false)
    {
        var columns = (evidence?.Columns ?? [])
            .Where(column => column.Follows is not null)
            .OrderByDescending(column => Rivals.Max(rival => rival.Value(column.Follows!)))
            .Take(Most)
            .ToArray();
        if (columns.Length == 0) return null;
        var chart = new Chart(
            "What each mask follows",
            $"Evidence of four rules for the masks of {columns.Length} columns; strongest for {columns[0].Column}.", 520,
            (legend ? 92 : 64) + 22 * columns.Length);
        chart.Names(AxisPosition.Left, [.. columns.Select(column => Chart.Short(column.Column, 18))], 0.7);
        chart.Numbers(AxisPosition.Bottom, "log evidence over a constant chance", grid: true);
        chart.Rule(true, 0, Tone.Muted);
        foreach (var (name, tone, marker, value) in Rivals)
        {
            chart.Points(
                columns.Select((column, i) => (value(column.Follows!), (double)i)), tone.Color, 4.5, marker: marker,
                name: legend ? name : null);
        }
        if (legend) chart.Legend();
        return chart;
    }
}
