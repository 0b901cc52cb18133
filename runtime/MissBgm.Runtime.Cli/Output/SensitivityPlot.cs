using System.Security;
using System.Text;
using MissBgm.Runtime.Sensitivity;

namespace MissBgm.Runtime.Cli.Output;

/// <summary>
/// Draws a sensitivity analysis as a stand-alone SVG file: the statistic with its interval, the conclusion's bound and the tipping points;
/// or, without a statistic, each column's mean as the change from the fitted one.
/// </summary>
internal static class SensitivityPlot
{
    private const double Width = 760, Height = 420, Left = 80, Right = 170, Top = 40, Bottom = 60;
    private static readonly string[] Colours = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb", "#000000"];

    internal static string Draw(SensitivityResult result)
    {
        var series = result.Fitted.Statistic is null ? Means(result) : [(result.Fitted.Statistic.Value.Quantity, result.Points.Select(p => p.Statistic!.Value.Estimate).ToArray())];
        var band = result.Points.Where(p => p.Statistic is { } s && !double.IsNaN(s.Lower)).Select(p => (p.Value, p.Statistic!.Value.Lower, p.Statistic.Value.Upper)).ToArray();
        double[] all = [.. series.SelectMany(s => s.Item2), .. band.SelectMany(b => new[] { b.Lower, b.Upper }), .. result.Conclusion is { } c ? new[] { c.Bound } : []];
        var (low, high) = (all.Min(), all.Max());
        var margin = Math.Max(0.06 * (high - low), 1e-9 + 1e-6 * Math.Abs(high));
        var (first, last) = (result.Points[0].Value, result.Points[^1].Value);
        double X(double value) => Left + (value - first) / Math.Max(last - first, 1e-9) * (Width - Left - Right);
        double Y(double value) => Height - Bottom - (value - low + margin) / (high - low + 2 * margin) * (Height - Top - Bottom);

        var text = new StringBuilder($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        Label(text, Left, 22, result.Fitted.Statistic is null ? "change of the columns' means from the fitted ones" : result.Fitted.Statistic.Value.Quantity, "font-size=\"15\"");
        for (var i = 0; i <= 4; i++)
        {
            var value = low + i / 4.0 * (high - low);
            text.Append($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value):F1}\" y2=\"{Y(value):F1}\" stroke=\"#e4e4e4\"/>\n");
            Label(text, Left - 8, Y(value) + 4, $"{value:G4}", "text-anchor=\"end\"");
        }

        if (band.Length > 1)
        {
            text.Append($"<path d=\"M{Path(band.Select(b => (X(b.Value), Y(b.Lower))))}L{Path(band.Reverse().Select(b => (X(b.Value), Y(b.Upper))))}Z\" fill=\"{Colours[0]}\" fill-opacity=\"0.18\"/>\n");
        }

        foreach (var point in result.Points) Label(text, X(point.Value), Height - Bottom + 18, $"{point.Value:0.###}", "text-anchor=\"middle\"");
        text.Append($"<line x1=\"{X(0):F1}\" x2=\"{X(0):F1}\" y1=\"{Top}\" y2=\"{Height - Bottom}\" stroke=\"#444\" stroke-dasharray=\"4 3\"/>\n");
        Label(text, X(0) + 4, Top + 10, "as fitted", "fill=\"#444\"");
        for (var i = 0; i < series.Length; i++) DrawSeries(text, series[i], i, [.. result.Points.Select(p => X(p.Value))], Y);
        if (result.Conclusion is { } conclusion)
        {
            text.Append($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(conclusion.Bound):F1}\" y2=\"{Y(conclusion.Bound):F1}\" stroke=\"#cc3311\"/>\n");
            Label(text, Width - Right + 6, Y(conclusion.Bound) + 4, $"{conclusion}", "fill=\"#cc3311\"");
        }

        foreach (var tip in result.TippingPoints)
        {
            text.Append($"<line x1=\"{X(tip):F1}\" x2=\"{X(tip):F1}\" y1=\"{Top}\" y2=\"{Height - Bottom}\" stroke=\"#cc3311\" stroke-dasharray=\"2 3\"/>\n");
            Label(text, X(tip) + 4, Height - Bottom - 6, $"tips at {tip:0.###}", "fill=\"#cc3311\"");
        }

        text.Append($"<path d=\"M{Left} {Top}V{Height - Bottom}H{Width - Right}\" fill=\"none\" stroke=\"#444\"/>\n");
        Label(text, (Left + Width - Right) / 2, Height - 14, $"{result.Parameter.ToString().ToLowerInvariant()}, moved from the fitted value", "text-anchor=\"middle\"");
        return text.Append("</svg>\n").ToString();
    }

    private static (string Name, double[] Values)[] Means(SensitivityResult result) =>
        [.. result.Columns.Select(column => (column, result.Points.Select(p => Mean(p, column) - Mean(result.Fitted, column)).ToArray()))];

    private static double Mean(SensitivityPoint point, string column) => point.Columns.First(c => c.Quantity == $"mean({column})").Estimate;

    private static void DrawSeries(StringBuilder text, (string Name, double[] Values) series, int index, double[] places, Func<double, double> y)
    {
        var colour = Colours[index % Colours.Length];
        text.Append($"<path d=\"M{Path(places.Zip(series.Values, (x, value) => (x, y(value))))}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\n");
        foreach (var (x, value) in places.Zip(series.Values)) text.Append($"<circle cx=\"{x:F1}\" cy=\"{y(value):F1}\" r=\"3.5\" fill=\"{colour}\"><title>{value:G5}</title></circle>\n");
        if (index < 16) Label(text, Width - Right + 6, Top + 12 + 18 * index, series.Name.Length > 24 ? series.Name[..23] + "…" : series.Name, $"fill=\"{colour}\"");
    }

    private static string Path(IEnumerable<(double X, double Y)> points) => string.Join('L', points.Select(p => $"{p.X:F1} {p.Y:F1}"));

    private static void Label(StringBuilder text, double x, double y, string label, string attributes) =>
        text.Append($"<text x=\"{x:F1}\" y=\"{y:F1}\" {attributes}>{SecurityElement.Escape(label)}</text>\n");
}
