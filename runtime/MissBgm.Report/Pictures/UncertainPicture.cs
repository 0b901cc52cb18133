using MissBgm.Report.Charts;
using MissBgm.Report.Findings;
using MissBgm.Runtime.Imputation;
using OxyPlot.Axes;

namespace MissBgm.Report.Pictures;

/// <summary>The cells that are known least.</summary>
public static class UncertainPicture
{
    /// <summary>Cells of numbers that are shown.</summary>
    internal const int Most = 20;

    /// <summary>The most uncertain cells of numbers, their intervals in observed standard deviations from their column's mean.</summary>
    public static Chart Draw(ImputationFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var cells = Worst(findings, discrete: false);
        var chart = new Chart(
            "The most uncertain cells of numbers",
            $"Means and {1 - findings.Inference.Alpha:P0} intervals of {cells.Count} cells, in standard deviations of their columns.", 520,
            60 + 20 * Math.Max(1, cells.Count));
        if (cells.Count == 0) return chart;
        double Place(ImputedCell cell, double value) => (value - findings.Imputed.Schema[cell.Column]!.Location) / findings.Imputed.Schema[cell.Column]!.Scale;
        chart.Names(
            AxisPosition.Left,
            [
                .. cells.Select(cell =>
                    $"{Chart.Short(findings.Table.Header[cell.Column], 18)}, row {cell.Row + findings.Imputed.RowOffset}"),
            ],
            0.7);
        chart.Numbers(AxisPosition.Bottom, "standard deviations from the column's observed mean", grid: true);
        chart.Line(
            cells.SelectMany((cell, i) => new[] { (Place(cell, cell.Lower), i), (Place(cell, cell.Upper), i), (double.NaN, double.NaN) }),
            Tone.Imputed.Faint(0.7), 3);
        chart.Points(cells.Select((cell, i) => (Place(cell, cell.Mean), (double)i)), Tone.Imputed.Color, 4);
        return chart;
    }

    /// <summary>The most uncertain cells of one kind, the worst first.</summary>
    internal static IReadOnlyList<ImputedCell> Worst(ImputationFindings findings, bool discrete) =>
        [.. findings.Imputed.Cells.Where(cell => findings.Imputed.Schema[cell.Column]!.IsDiscrete == discrete && findings.Uncertainty(cell) > 0)
            .OrderByDescending(findings.Uncertainty).ThenBy(cell => cell.Row).ThenBy(cell => cell.Column).Take(Most)];
}
