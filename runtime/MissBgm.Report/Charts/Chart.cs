using System.Globalization;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace MissBgm.Report.Charts;

/// <summary>A picture, which <see cref="SvgWriter"/> and <see cref="PngWriter"/> write.</summary>
public sealed class Chart
{
    /// <summary>The size of texts.</summary>
    internal const double FontSize = 12;

    /// <param name="title">What it shows; the name that screen readers say.</param>
    /// <param name="description">What is to be seen, for those who do not see it.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    internal Chart(string title, string description, double width, double height)
    {
        (Title, Description, Width, Height) = (title, description, width, height);
        Model = new PlotModel
        {
            PlotAreaBorderThickness = new OxyThickness(0),
            TextColor = Tone.Ink.Color,
            DefaultFontSize = FontSize,
            Culture = CultureInfo.InvariantCulture,
            Padding = new OxyThickness(4, 6, 10, 4),
        };
    }

    /// <summary>What it shows.</summary>
    public string Title { get; }

    /// <summary>What is to be seen, in a sentence.</summary>
    public string Description { get; }

    /// <summary>In pixels.</summary>
    public double Width { get; }

    /// <summary>In pixels.</summary>
    public double Height { get; }

    internal PlotModel Model { get; }

    /// <summary>Adds an axis of numbers.</summary>
    internal LinearAxis Numbers(
        AxisPosition position, string? title = null, double low = double.NaN, double high = double.NaN, Func<double, string>? label = null,
        bool grid = false)
    {
        var axis = Styled(new LinearAxis(), position, title, grid);
        (axis.Minimum, axis.Maximum) = (low, high);
        axis.LabelFormatter = label ?? Label;
        return axis;
    }

    /// <summary>Adds a logarithmic axis.</summary>
    internal LogarithmicAxis Logarithms(AxisPosition position, string? title, double low, double high, bool grid = false)
    {
        var axis = Styled(new LogarithmicAxis(), position, title, grid);
        (axis.Minimum, axis.Maximum, axis.LabelFormatter) = (low, high, Label);
        return axis;
    }

    /// <summary>Adds an axis of names at 0, 1, 2, ...; on a vertical one the first is on top.</summary>
    internal LinearAxis Names(AxisPosition position, IReadOnlyList<string> names, double margin = 0.5, double angle = 0)
    {
        var axis = Styled(new LinearAxis(), position, null, false);
        var vertical = position is AxisPosition.Left or AxisPosition.Right;
        if (vertical) (axis.StartPosition, axis.EndPosition) = (1, 0);
        (axis.Minimum, axis.Maximum, axis.MajorStep, axis.MinimumMajorStep, axis.Angle) = (-margin, names.Count - 1 + margin, 1, 1, angle);
        axis.LabelFormatter = value =>
            Math.Abs(value - Math.Round(value)) < 1e-6 && value > -0.5 && value < names.Count - 0.5 ? names[(int)Math.Round(value)] : "";
        axis.TextColor = Tone.Ink.Color;
        axis.AxislineStyle = LineStyle.None;
        return axis;
    }

    /// <summary>Hides an axis.</summary>
    internal LinearAxis Hidden(AxisPosition position, double low, double high)
    {
        var axis = Numbers(position, null, low, high);
        axis.IsAxisVisible = false;
        return axis;
    }

    /// <summary>Adds a line; a point that is not a number is a gap.</summary>
    internal void Line(IEnumerable<(double X, double Y)> points, OxyColor color, double thickness = 1.6, LineStyle style = LineStyle.Solid)
    {
        var series = new LineSeries { Color = color, StrokeThickness = thickness, LineStyle = style, LineJoin = LineJoin.Round };
        series.Points.AddRange(points.Select(point => new DataPoint(point.X, point.Y)));
        Model.Series.Add(series);
    }

    /// <summary>Fills what lies between two curves.</summary>
    internal void Band(IReadOnlyList<double> x, IReadOnlyList<double> low, IReadOnlyList<double> high, OxyColor fill)
    {
        var series = new AreaSeries { Color = OxyColors.Transparent, Fill = fill, StrokeThickness = 0 };
        for (var i = 0; i < x.Count; i++)
        {
            series.Points.Add(new DataPoint(x[i], high[i]));
            series.Points2.Add(new DataPoint(x[i], low[i]));
        }

        Model.Series.Add(series);
    }

    /// <summary>Adds rectangles of one colour.</summary>
    internal void Rectangles(IEnumerable<(double X0, double Y0, double X1, double Y1)> rectangles, OxyColor fill)
    {
        var series = new RectangleBarSeries { FillColor = fill, StrokeThickness = 0, StrokeColor = OxyColors.Transparent };
        foreach (var (x0, y0, x1, y1) in rectangles) series.Items.Add(new RectangleBarItem(x0, y0, x1, y1));
        if (series.Items.Count > 0) Model.Series.Add(series);
    }

    /// <summary>Adds discs, or rings.</summary>
    internal void Points(
        IEnumerable<(double X, double Y)> points, OxyColor color, double size = 3.5, bool hollow = false,
        MarkerType marker = MarkerType.Circle, string? name = null)
    {
        var series = new ScatterSeries
        {
            MarkerType = marker,
            MarkerSize = size,
            MarkerFill = hollow ? Tone.Ground.Color : color,
            MarkerStroke = hollow ? color : OxyColors.Undefined,
            MarkerStrokeThickness = hollow ? 1.5 : 0,
        };
        series.Title = name;
        series.Points.AddRange(points.Select(point => new ScatterPoint(point.X, point.Y)));
        if (series.Points.Count > 0) Model.Series.Add(series);
    }

    /// <summary>Says what named series are, above the picture or beside it.</summary>
    internal void Legend(bool beside = false) => Model.Legends.Add(new Legend
    {
        LegendPlacement = LegendPlacement.Outside,
        LegendPosition = beside ? LegendPosition.RightTop : LegendPosition.TopLeft,
        LegendOrientation = beside ? LegendOrientation.Vertical : LegendOrientation.Horizontal,
        LegendBorderThickness = 0,
        LegendTextColor = Tone.Ink.Color,
        LegendFontSize = FontSize,
        LegendMargin = beside ? 12 : 0,
        LegendPadding = 2,
    });

    /// <summary>Adds a straight line through the whole picture.</summary>
    internal void Rule(bool vertical, double at, Tone tone, string? text = null)
    {
        Model.Annotations.Add(new LineAnnotation
        {
            Type = vertical ? LineAnnotationType.Vertical : LineAnnotationType.Horizontal,
            X = at,
            Y = at,
            Color = tone.Color,
            LineStyle = LineStyle.Dash,
            StrokeThickness = 1,
            Text = text,
            TextColor = tone.Color,
            FontSize = FontSize - 1,
            TextOrientation = AnnotationTextOrientation.Horizontal,
        });
    }

    /// <summary>Adds a text beside a point.</summary>
    internal void Text(
        double x, double y, string text, Tone tone, HorizontalAlignment horizontal = HorizontalAlignment.Left,
        VerticalAlignment vertical = VerticalAlignment.Middle)
    {
        Model.Annotations.Add(new TextAnnotation
        {
            TextPosition = new DataPoint(x, y),
            Text = text,
            TextColor = tone.Color,
            FontSize = FontSize - 1,
            StrokeThickness = 0,
            Stroke = OxyColors.Transparent,
            TextHorizontalAlignment = horizontal,
            TextVerticalAlignment = vertical,
            Padding = new OxyThickness(0),
        });
    }

    /// <summary>A number as an axis has it.</summary>
    internal static string Label(double value) =>
        value == 0 ? "0" : Math.Abs(value) is >= 1e-4 and < 1e6 ? value.ToString("#,0.######") : value.ToString("0.##e0");

    /// <summary>A name that fits beside an axis.</summary>
    internal static string Short(string name, int length = 22) => name.Length <= length ? name : name[..(length - 1)] + "…";

    private T Styled<T>(T axis, AxisPosition position, string? title, bool grid)
        where T : Axis
    {
        axis.Position = position;
        axis.Title = title;
        (axis.TitleFontSize, axis.AxisTitleDistance, axis.TitleColor) = (FontSize, position is AxisPosition.Left ? 12 : 5, Tone.Muted.Color);
        (axis.TextColor, axis.TickStyle, axis.AxisTickToLabelDistance) = (Tone.Muted.Color, TickStyle.None, 5);
        (axis.MajorGridlineStyle, axis.MajorGridlineColor, axis.MajorGridlineThickness) = (grid ? LineStyle.Solid : LineStyle.None, Tone.Grid.Color, 1);
        (axis.AxislineStyle, axis.AxislineColor) = (grid ? LineStyle.None : LineStyle.Solid, Tone.Grid.Color);
        axis.IntervalLength = 70;
        Model.Axes.Add(axis);
        return axis;
    }
}
