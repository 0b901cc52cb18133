using MissBgm.Report.Findings;
using MissBgm.Report.Pictures;

namespace MissBgm.Report.Pages.Imputation;

/// <summary>How conclusions move with why values are missing.</summary>
internal static class SensitivitySection
{
    internal static Html Of(ImputationFindings findings)
    {
        if (findings.ImputedColumns.Count == 0) return Html.Empty;
        if (findings.Sensitivity is not { } curve)
        {
            return Html.Of(
                $"<p>Not run. No data can tell for certain why values are missing; <code>missbgm sensitivity --model … --data … "
                + $"--out s.csv</code> moves what they cannot tell, and <code>missbgm report --sensitivity s.csv</code> shows it "
                + $"here.</p>");
        }

        return Html.Of(
            $"""
            <p><code>{curve.Parameter}</code> is moved from its fitted value, at 0.</p>
            <div class="wide">{Pieces.Picture(SensitivityPicture.Draw(curve), "sensitivity", Html.Empty)}</div>
            {Pieces.Table(
                "Estimates at each value", ["quantity", "value#", "estimate#", "lower#", "upper#", "conclusion"],
                curve.Points.Where(point => curve.Drawn.Contains(point.Quantity)).OrderBy(point => point.Quantity, StringComparer.Ordinal).Select(point => (IReadOnlyList<Html>)
                [
                    Pieces.Text(point.Quantity), Number(point, "value", point.Value), Number(point, "estimate", point.Estimate), Number(point, "lower", point.Lower), Number(point, "upper", point.Upper),
                    Pieces.Text(point.Holds switch { true => "holds", false => "fails", null => "" }),
                ]))}
            """);
    }

    private static Html Number(CurvePoint point, string name, double value) =>
        Figure.Of(value, $"sensitivity:{name}", "G5", point.Quantity, point.Value.ToString("R"));
}
