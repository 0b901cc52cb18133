using System.Security;
using System.Text;

namespace MissBgm.Bench.Reports;

/// <summary>A series of a plot.</summary>
/// <param name="Label">Its name in the legend.</param>
/// <param name="Hollow">Whether its marks are rings: figures of a paper.</param>
/// <param name="Points">Place on the horizontal axis, value, and half the height of the error bar.</param>
internal sealed record PlotSeries(string Label, bool Hollow, IReadOnlyList<(double X, double Y, double Error)> Points);

/// <summary>Draws points, and lines where the horizontal axis is numeric, as a stand-alone SVG file.</summary>
/// <param name="Title">Above the plot.</param>
/// <param name="HorizontalLabel">Below the axis.</param>
/// <param name="VerticalLabel">Beside the axis.</param>
/// <param name="Ticks">Labelled places of the horizontal axis.</param>
/// <param name="Lines">Whether to join a series' points.</param>
/// <param name="Logarithmic">Whether both axes are logarithmic.</param>
internal sealed record SvgPlot(
    string Title, string HorizontalLabel, string VerticalLabel, IReadOnlyList<(double X, string Label)> Ticks, bool Lines, bool Logarithmic)
{
    private const double Width = 1100, Height = 500, Left = 80, Right = 230, Top = 40, Bottom = 100;
    private static readonly string[] Colours = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb", "#000000"];

    public string Draw(IReadOnlyList<PlotSeries> series)
    {
        var text = new StringBuilder(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" "
            + "font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        Label(text, Left, 22, Title, "font-size=\"15\"");
        var axes = new Axes(
            Logarithmic, Lines ? 0.05 : 0.5 / Math.Max(Ticks.Count - 1, 1), Ticks,
            series.SelectMany(s => s.Points.SelectMany(p => new[] { p.Y - p.Error, p.Y + p.Error })).DefaultIfEmpty(0).ToArray());
        DrawAxes(text, axes);
        for (var i = 0; i < series.Count; i++) DrawSeries(text, axes, series, i);
        return text.Append("</svg>\n").ToString();
    }

    private void DrawAxes(StringBuilder text, Axes axes)
    {
        for (var i = 0; i <= 5; i++)
        {
            var value = axes.Vertical(i / 5.0);
            text.Append($"<line x1=\"{Left}\" x2=\"{Width - Right:F1}\" y1=\"{axes.Y(value):F1}\" y2=\"{axes.Y(value):F1}\" stroke=\"#e4e4e4\"/>\n");
            Label(text, Left - 8, axes.Y(value) + 4, value.ToString(Logarithmic ? "G2" : "F2"), "text-anchor=\"end\"");
        }

        foreach (var (x, label) in Ticks)
        {
            var place = axes.X(x);
            text.Append($"<line x1=\"{place:F1}\" x2=\"{place:F1}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom + 4}\" stroke=\"#444\"/>\n");
            var turned = Ticks.Count > 7 ? $"text-anchor=\"end\" transform=\"rotate(-30 {place:F1} {Height - Bottom + 18})\"" : "text-anchor=\"middle\"";
            Label(text, place, Height - Bottom + 18, label, turned);
        }

        text.Append($"<path d=\"M{Left} {Top}V{Height - Bottom}H{Width - Right}\" fill=\"none\" stroke=\"#444\"/>\n");
        Label(text, (Left + Width - Right) / 2, Height - 12, HorizontalLabel, "text-anchor=\"middle\"");
        Label(text, 18, Height / 2, VerticalLabel, $"text-anchor=\"middle\" transform=\"rotate(-90 18 {Height / 2})\"");
    }

    // Categories are spread sideways a little, so that marks of equal value stay apart. Rings have the colours of the discs, in the order of each.
    private void DrawSeries(StringBuilder text, Axes axes, IReadOnlyList<PlotSeries> all, int index)
    {
        var series = all[index];
        var colour = Colours[all.Take(index).Count(s => s.Hollow == series.Hollow) % Colours.Length];
        var shift = Lines ? 0 : (index - (all.Count - 1) / 2.0) * Math.Min(6, 50.0 / all.Count);
        var style = series.Hollow ? $"fill=\"white\" stroke=\"{colour}\" stroke-width=\"1.5\"" : $"fill=\"{colour}\"";
        if (Lines && series.Points.Count > 1)
        {
            var path = string.Join('L', series.Points.Select(p => $"{axes.X(p.X):F1} {axes.Y(p.Y):F1}"));
            text.Append($"<path d=\"M{path}\" fill=\"none\" stroke=\"{colour}\"/>\n");
        }

        foreach (var (x, y, error) in series.Points)
        {
            var place = axes.X(x) + shift;
            if (error > 0)
            {
                text.Append(
                    $"<line x1=\"{place:F1}\" x2=\"{place:F1}\" y1=\"{axes.Y(y - error):F1}\" y2=\"{axes.Y(y + error):F1}\" "
                    + $"stroke=\"{colour}\"/>\n");
            }
            text.Append(
                $"<circle cx=\"{place:F1}\" cy=\"{axes.Y(y):F1}\" r=\"4\" {style}><title>{SecurityElement.Escape(series.Label)}: "
                + $"{y:F3}</title></circle>\n");
        }

        var row = Top + 8 + 20 * index;
        text.Append($"<circle cx=\"{Width - Right + 24}\" cy=\"{row}\" r=\"4\" {style}/>\n");
        Label(text, Width - Right + 36, row + 4, series.Label, "");
    }

    private static void Label(StringBuilder text, double x, double y, string label, string attributes) =>
        text.Append($"<text x=\"{x:F1}\" y=\"{y:F1}\" {attributes}>{SecurityElement.Escape(label)}</text>\n");

    private sealed class Axes
    {
        private readonly bool _logarithmic;
        private readonly double _first, _last, _low, _high;

        public Axes(bool logarithmic, double sideMargin, IReadOnlyList<(double X, string Label)> ticks, IReadOnlyList<double> values)
        {
            _logarithmic = logarithmic;
            (_first, _last) = Range(Scale(ticks[0].X), Scale(ticks[^1].X), sideMargin);
            (_low, _high) = Range(Scale(values.Min()), Scale(values.Max()), 0.05);
        }

        public double X(double x) => Left + (Scale(x) - _first) / (_last - _first) * (Width - Left - Right);

        public double Y(double y) => Height - Bottom - (Scale(y) - _low) / (_high - _low) * (Height - Top - Bottom);

        /// <summary>The value at a share of the vertical axis.</summary>
        public double Vertical(double share)
        {
            var scaled = _low + share * (_high - _low);
            return _logarithmic ? Math.Pow(10, scaled) : scaled;
        }

        private static (double Low, double High) Range(double low, double high, double share)
        {
            var margin = Math.Max(share * (high - low), 1e-6);
            return (low - margin, high + margin);
        }

        private double Scale(double value) => _logarithmic ? Math.Log10(Math.Max(value, 1e-12)) : value;
    }
}
