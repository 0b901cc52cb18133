using MissBgm.Report.Charts;
using OxyPlot;
using OxyPlot.Axes;

namespace MissBgm.Report.Pictures;

/// <summary>A series of figures.</summary>
/// <param name="Label">Its name in the legend.</param>
/// <param name="Hollow">Whether its marks are rings: figures of a paper.</param>
/// <param name="Points">Place on the horizontal axis, value, and half the height of the error bar.</param>
public sealed record PlotSeries(string Label, bool Hollow, IReadOnlyList<(double X, double Y, double Error)> Points);

/// <summary>Figures of several methods beside one another: points with error bars, and lines where the horizontal axis is numeric.</summary>
/// <param name="Title">What they are.</param>
/// <param name="HorizontalLabel">Below the axis.</param>
/// <param name="VerticalLabel">Beside the axis.</param>
/// <param name="Ticks">Labelled places of the horizontal axis.</param>
/// <param name="Lines">Whether to join a series' points.</param>
/// <param name="Logarithmic">Whether both axes are logarithmic.</param>
public sealed record SeriesPicture(
    string Title, string HorizontalLabel, string VerticalLabel, IReadOnlyList<(double X, string Label)> Ticks, bool Lines, bool Logarithmic)
{
    private const double Width = 1000, Height = 460;

    // Tones come again with other marks.
    private static readonly MarkerType[] Marks = [MarkerType.Circle, MarkerType.Square, MarkerType.Triangle, MarkerType.Diamond];

    /// <summary>Draws series.</summary>
    public Chart Draw(IReadOnlyList<PlotSeries> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var chart = new Chart(Title, $"{VerticalLabel} of {series.Count} methods at {Ticks.Count} places.", Width, Height);
        // Slanted labels reach out to the left.
        if (!Lines && Ticks.Count > 7) chart.Model.Padding = new OxyThickness(44, 6, 10, 4);
        Axes(chart, series);
        for (var i = 0; i < series.Count; i++)
        {
            var (one, kind) = (series[i], series.Take(i).Count(other => other.Hollow == series[i].Hollow));
            var (tone, mark) = (Tone.Series[kind % Tone.Series.Count], Marks[kind / Tone.Series.Count % Marks.Length]);
            // Categories are spread sideways a little, so that marks of equal value stay apart.
            var shift = Lines ? 0 : (i - (series.Count - 1) / 2.0) * Math.Min(0.08, 0.7 / series.Count);
            (double X, double Y, double Error)[] points = [.. one.Points.Select(point => (point.X + shift, point.Y, point.Error))];
            if (Lines && points.Length > 1) chart.Line(points.Select(point => (point.X, point.Y)), tone.Color);
            chart.Line(
                points.Where(point => point.Error > 0)
                    .SelectMany(point => new[] { (point.X, point.Y - point.Error), (point.X, point.Y + point.Error), (double.NaN, double.NaN) }),
                tone.Color);
            chart.Points(points.Select(point => (point.X, point.Y)), tone.Color, 4, one.Hollow, mark, one.Label);
        }

        chart.Legend(beside: true);
        return chart;
    }

    private void Axes(Chart chart, IReadOnlyList<PlotSeries> series)
    {
        double[] values =
        [
            .. series.SelectMany(one => one.Points.SelectMany(point => new[] { point.Y - point.Error, point.Y + point.Error }))
                .DefaultIfEmpty(0),
        ];
        var (low, high) = (values.Min(), values.Max());
        if (Logarithmic)
        {
            var least = series.SelectMany(one => one.Points).Select(point => point.Y).Where(y => y > 0).DefaultIfEmpty(1e-3).Min();
            chart.Logarithms(AxisPosition.Bottom, HorizontalLabel, Ticks[0].X * 0.85, Ticks[^1].X * 1.15);
            chart.Logarithms(AxisPosition.Left, VerticalLabel, Math.Max(low, least / 2) * 0.8, high * 1.25, grid: true);
            return;
        }

        var margin = Math.Max(0.05 * (high - low), 1e-6);
        chart.Numbers(AxisPosition.Left, VerticalLabel, low - margin, high + margin, grid: true);
        if (Lines) chart.Numbers(AxisPosition.Bottom, HorizontalLabel, Ticks[0].X - 0.05 * Span, Ticks[^1].X + 0.05 * Span);
        else chart.Names(AxisPosition.Bottom, [.. Ticks.Select(tick => tick.Label)], angle: Ticks.Count > 7 ? -30 : 0);
    }

    private double Span => Ticks[^1].X - Ticks[0].X;
}
