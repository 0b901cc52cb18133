using MissBgm.Report.Charts;
using MissBgm.Report.Findings;
using OxyPlot;
using OxyPlot.Axes;

namespace MissBgm.Report.Pictures;

/// <summary>
/// A sensitivity analysis: the statistic with its interval, the conclusion's bound and where it tips; or, without a statistic, each
/// column's mean as the change from the fitted one.
/// </summary>
public static class SensitivityPicture
{
    private const int MostColumns = 8;

    /// <summary>Draws it.</summary>
    public static Chart Draw(SensitivityCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        var followed = curve.Statistic;
        var names = curve.Drawn.Take(MostColumns).ToArray();
        var chart = new Chart(
            followed ?? "Change of the columns' means from the fitted ones",
            $"{string.Join(", ", names)} as {curve.Parameter} is moved from its fitted "
            + $"value{string.Concat(curve.TippingPoints.Select(tip => $"; the conclusion tips at {tip:0.###}"))}.",
            640, 330);
        chart.Numbers(AxisPosition.Bottom, $"{curve.Parameter}, moved from the fitted value");
        var axis = chart.Numbers(AxisPosition.Left, null, grid: true);
        axis.MinimumPadding = axis.MaximumPadding = 0.08;
        chart.Rule(true, 0, Tone.Muted, "as fitted");
        for (var i = 0; i < names.Length; i++)
        {
            var points = curve.Points.Where(point => point.Quantity == names[i]).ToArray();
            var fitted = followed is null ? points.FirstOrDefault(point => point.Value == 0)?.Estimate ?? 0 : 0;
            var band = points.Where(point => followed is not null && !double.IsNaN(point.Lower)).ToArray();
            if (band.Length > 1)
            {
                chart.Band(
                    [.. band.Select(point => point.Value)], [.. band.Select(point => point.Lower)], [.. band.Select(point => point.Upper)],
                    Tone.Observed.Faint(0.2));
            }
            chart.Line(points.Select(point => (point.Value, point.Estimate - fitted)), Tone.Series[i].Color, 1.8);
            chart.Points(points.Select(point => (point.Value, point.Estimate - fitted)), Tone.Series[i].Color);
            if (followed is null) chart.Text(points[^1].Value, points[^1].Estimate - fitted, $"  {Chart.Short(names[i], 24)}", Tone.Series[i]);
        }

        if (followed is null) chart.Model.Padding = new OxyThickness(4, 6, 150, 4);
        // A line that is not among the data does not widen the axis by itself.
        if (curve.Conclusion is { } conclusion)
        {
            chart.Rule(false, conclusion.Bound, Tone.Limit, $"{conclusion}");
            chart.Points([(0, conclusion.Bound)], OxyColors.Transparent);
        }

        foreach (var tip in curve.TippingPoints) chart.Rule(true, tip, Tone.Limit, $"tips at {tip:0.###}");
        return chart;
    }
}
