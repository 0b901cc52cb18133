using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;

namespace MissBgm.Report.Charts;

/// <summary>
/// Writes charts as SVG that goes with its surroundings: colours are attributes that every viewer knows, and classes by which a style sheet
/// changes them on a dark ground; numbers are rounded, and what only repeats a default is left out.
/// </summary>
public static partial class SvgWriter
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly Dictionary<string, Tone> Tones = Tone.All.GroupBy(tone => tone.Light).ToDictionary(group => group.Key, group => group.First());

    /// <summary>A chart to be put into a page, whose style sheet has the rules for dark grounds.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="id">A name that no other chart of the page has.</param>
    public static string Inline(Chart chart, string id) => Picture(chart, id).ToString(SaveOptions.DisableFormatting)
        .Replace(" xmlns=\"http://www.w3.org/2000/svg\"", "", StringComparison.Ordinal);

    /// <summary>A file of its own, light or dark as its viewer is.</summary>
    public static string Document(Chart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        return Document([[chart]], chart.Title);
    }

    /// <summary>A file of several charts in rows.</summary>
    /// <param name="rows">The charts.</param>
    /// <param name="title">Above them, if there is more than one.</param>
    public static string Document(IReadOnlyList<IReadOnlyList<Chart>> rows, string title)
    {
        const double Gap = 18, TitleHeight = 24, Margin = 12;
        ArgumentNullException.ThrowIfNull(rows);
        var single = rows.Count == 1 && rows[0].Count == 1;
        var (y, width, parts) = (Margin, 0.0, new List<XElement>());
        foreach (var row in rows)
        {
            var x = Margin;
            foreach (var chart in row)
            {
                var picture = Picture(chart, $"c{parts.Count}");
                picture.SetAttributeValue("x", Round(x));
                picture.SetAttributeValue("y", Round(y + TitleHeight));
                picture.SetAttributeValue("width", Round(chart.Width));
                picture.SetAttributeValue("height", Round(chart.Height));
                parts.Add(new XElement(
                    Svg + "text", new XAttribute("x", Round(x + 4)), new XAttribute("y", Round(y + 14)), new XAttribute("class", "f-ink"),
                    new XAttribute("fill", Tone.Ink.Light),
                    new XAttribute("font-size", 14), new XAttribute("font-weight", 600), chart.Title));
                parts.Add(picture);
                x += chart.Width + Gap;
            }

            width = Math.Max(width, x - Gap + Margin);
            y += TitleHeight + row.Max(chart => chart.Height) + Gap;
        }

        var height = y - Gap + Margin;
        var root = new XElement(
            Svg + "svg", new XAttribute("viewBox", $"0 0 {Round(width)} {Round(height)}"), new XAttribute("width", Round(width)),
            new XAttribute("height", Round(height)),
            new XAttribute("role", "img"), new XAttribute("font-family", "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"),
            new XElement(Svg + "title", single ? rows[0][0].Title : title),
            new XElement(Svg + "style", $"@media (prefers-color-scheme: dark){{{Tone.DarkRules}}}"),
            new XElement(
                Svg + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"), new XAttribute("class", "f-ground"),
                new XAttribute("fill", Tone.Ground.Light), new XAttribute("rx", 6)),
            parts);
        return root.ToString(SaveOptions.DisableFormatting).Replace("><g", ">\n<g", StringComparison.Ordinal)
            .Replace("><svg", ">\n<svg", StringComparison.Ordinal)
            + "\n";
    }

    private static XElement Picture(Chart chart, string id)
    {
        var exporter = new SvgExporter { Width = chart.Width, Height = chart.Height, IsDocument = false, TextMeasurer = new TextMetrics() };
        var drawn = XElement.Parse(exporter.ExportToString(chart.Model));
        var root = new XElement(
            Svg + "svg", new XAttribute("viewBox", $"0 0 {Round(chart.Width)} {Round(chart.Height)}"), new XAttribute("role", "img"),
            new XAttribute("aria-labelledby", $"{id}-t {id}-d"), new XAttribute("font-size", Chart.FontSize),
            new XElement(Svg + "title", new XAttribute("id", $"{id}-t"), chart.Title),
            new XElement(Svg + "desc", new XAttribute("id", $"{id}-d"), chart.Description));
        foreach (var element in drawn.Elements()) Add(root, element, id);
        return root;
    }

    private static void Add(XElement parent, XElement source, string id)
    {
        var element = new XElement(Svg + source.Name.LocalName);
        foreach (var attribute in source.Attributes())
        {
            var (name, value) = (attribute.Name.LocalName, attribute.Value);
            switch (name)
            {
                case "style": Style(element, value); break;
                case "fill" or "stroke": Paint(element, name, value, null); break;
                case "id": element.SetAttributeValue(name, $"{id}-{value}"); break;
                case "clip-path": element.SetAttributeValue(name, value.Replace("#", $"#{id}-", StringComparison.Ordinal)); break;
                case "points" or "d" or "x" or "y" or "width" or "height" or "cx" or "cy" or "rx" or "ry" or "r" or "x1" or "x2" or "y1" or "y2" or "transform":
                    element.SetAttributeValue(name, Rounded(value));
                    break;
                case "font-size" when value != "12": element.SetAttributeValue(name, value); break;
                case "font-weight" when value is not ("400" or "normal"): element.SetAttributeValue(name, value); break;
                case "text-anchor" or "dominant-baseline" or "dy" or "dx": element.SetAttributeValue(name, value); break;
                // Fonts are the page's; the rest are defaults.
                default: break;
            }
        }

        if (!source.HasElements) element.Value = source.Value;
        foreach (var child in source.Elements()) Add(element, child, id);
        // Groups that hold nothing, and shapes of no colour, are not to be seen.
        if (element.Name.LocalName is "g" && !element.HasElements) return;
        if (element.Name.LocalName is "polyline" or "polygon" or "rect" or "ellipse" or "path" && parent.Name.LocalName != "clipPath"
            && (string?)element.Attribute("fill") is null or "none" && element.Attribute("stroke") is null)
        {
            return;
        }
        parent.Add(element);
    }

    private static void Style(XElement element, string style)
    {
        var parts = style.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split(':', 2)).ToDictionary(part => part[0], part => part[1]);
        foreach (var (name, value) in parts)
        {
            var drawn = value != "1" && parts.GetValueOrDefault("stroke", "none") != "none";
            if (name is "fill" or "stroke") Paint(element, name, value, parts.GetValueOrDefault($"{name}-opacity"));
            else if (name is "stroke-width" && drawn) element.SetAttributeValue(name, Rounded(value));
            else if (name is "stroke-dasharray" or "stroke-linejoin") element.SetAttributeValue(name, value);
        }
    }

    private static void Paint(XElement element, string name, string value, string? opacity)
    {
        if (value == "none")
        {
            if (name == "fill") element.SetAttributeValue(name, value);
            return;
        }

        var hex = Hex(value);
        var alpha = opacity is null ? 1 : double.Parse(opacity, CultureInfo.InvariantCulture);
        if (alpha == 0)
        {
            if (name == "fill") element.SetAttributeValue(name, "none");
            return;
        }

        element.SetAttributeValue(name, hex);
        if (alpha < 1) element.SetAttributeValue($"{name}-opacity", alpha.ToString("0.##", CultureInfo.InvariantCulture));
        if (!Tones.TryGetValue(hex, out var tone)) return;
        var added = $"{(name == "fill" ? "f" : "k")}-{tone.Name}";
        element.SetAttributeValue("class", (string?)element.Attribute("class") is { } own ? $"{own} {added}" : added);
    }

    private static string Hex(string color) => color switch
    {
        "black" => "#000000",
        "white" => "#ffffff",
        _ when Rgb().Match(color) is { Success: true } match => "#" + string.Concat(
            Enumerable.Range(1, 3).Select(i => byte.Parse(match.Groups[i].Value, CultureInfo.InvariantCulture).ToString("x2"))),
        _ => color.ToLowerInvariant(),
    };

    private static string Rounded(string text) => Decimals().Replace(text, match => Round(double.Parse(match.Value, CultureInfo.InvariantCulture)));

    private static string Round(double value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"-?\d+\.\d+")]
    private static partial Regex Decimals();

    [GeneratedRegex(@"^rgb\((\d+),\s*(\d+),\s*(\d+)\)$")]
    private static partial Regex Rgb();
}
