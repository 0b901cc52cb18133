using OxyPlot;
using OxyPlot.SkiaSharp;
using SkiaSharp;

namespace MissBgm.Report.Charts;

/// <summary>Writes charts as PNG, twice as fine as their size says.</summary>
public static class PngWriter
{
    private const float Fineness = 2;
    private static readonly string[] Fonts = ["Inter", "Noto Sans", "DejaVu Sans", "Liberation Sans", "Arial"];

    /// <summary>Writes a chart on a light ground.</summary>
    /// <exception cref="Runtime.UserInputException">The machine has no font to write texts with, or the program no library to draw with.</exception>
    public static void Write(Stream stream, Chart chart)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(chart);
        var families = Families();
        if (families.Length == 0)
        {
            throw new Runtime.UserInputException(
                "There is no font on this machine to write the texts of a PNG with; install one (on Debian fonts-dejavu-core), or "
                + "write an .svg, which needs none.");
        }
        chart.Model.DefaultFont = Array.Find(Fonts, families.Contains) ?? families[0];
        (chart.Model.Background, chart.Model.Title, chart.Model.TitleFontSize, chart.Model.TitleHorizontalAlignment) =
            (Tone.Ground.Color, chart.Title, Chart.FontSize + 2, TitleHorizontalAlignment.CenteredWithinView);
        new PngExporter
        {
            Width = (int)(chart.Width * Fineness),
            Height = (int)(chart.Height * Fineness),
            Dpi = 96 * Fineness,
            UseTextShaping = false,
        }.Export(chart.Model, stream);
    }

    private static string[] Families()
    {
        try
        {
            return [.. SKFontManager.Default.FontFamilies];
        }
        catch (Exception e) when (e is DllNotFoundException || e.InnerException is DllNotFoundException)
        {
            // Without what caused it, which the command line would take for a program that is not whole.
            throw new Runtime.UserInputException(
                "A PNG is drawn by libSkiaSharp, which is not beside this program: the one that is compiled ahead of time does without. Write an .svg.");
        }
    }
}
