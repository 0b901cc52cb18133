using OxyPlot;

namespace MissBgm.Report.Charts;

/// <summary>
/// Sizes of texts by metrics that do not hang on the machine: OxyPlot's own of Helvetica, which are in points, widened to the pixels of the
/// widest of usual fonts, so that no label is cut off.
/// </summary>
internal sealed class TextMetrics() : PdfRenderContext(1, 1, OxyColors.Transparent)
{
    private const double Wider = 1.62;
    private const double Higher = 1.45;

    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        var size = base.MeasureText(text, fontFamily, fontSize, fontWeight);
        return new OxySize(Wider * size.Width, Higher * size.Height);
    }
}
