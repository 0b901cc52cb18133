using MissBgm.Report.Charts;
using MissBgm.Report.Findings;
using MissBgm.Runtime.Diagnostics;
using OxyPlot.Axes;

namespace MissBgm.Report.Pictures;

/// <summary>How well the chains explored the missing cells.</summary>
public static class ConvergencePicture
{
    private const int MostPoints = 600;
    private const int MostSteps = 240;

    /// <summary>R-hat of each cell against its effective sample size.</summary>
    public static Chart Cells(ImputationFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var cells = findings.Imputed.Cells.Where(cell => !double.IsNaN(cell.RHat) && cell.Ess > 0).OrderByDescending(cell => cell.RHat).ToArray();
        var chart = new Chart(
            "R-hat and effective draws of each cell",
            $"{cells.Length} cells; the largest R-hat is {(cells.Length == 0 ? double.NaN : cells[0].RHat):0.000}.", 460, 270);
        if (cells.Length == 0) return chart;
        // All of the worst, and of the others as many as can be told apart.
        var shown = cells.Take(MostPoints / 2)
            .Concat(cells.Skip(MostPoints / 2).Where((_, i) => i % Math.Max(1, 2 * cells.Length / MostPoints) == 0)).ToArray();
        var enough = ConvergenceVerdict.EssPerChain * Math.Max(1, findings.Draws.Chains);
        var (least, most) = (Math.Min(enough, shown.Min(cell => cell.Ess)), Math.Max(enough, shown.Max(cell => cell.Ess)));
        chart.Logarithms(AxisPosition.Bottom, "bulk effective sample size", least * 0.8, most * 1.25);
        chart.Numbers(
            AxisPosition.Left, "R-hat", Math.Min(0.999, shown.Min(cell => cell.RHat)),
            Math.Max(1.012, shown[0].RHat + 0.05 * (shown[0].RHat - 1)), value => value.ToString("0.000"), grid: true);
        chart.Points(shown.Select(cell => (cell.Ess, cell.RHat)), Tone.Observed.Faint(0.55), 3);
        chart.Rule(false, ConvergenceVerdict.RHatLimit, Tone.Limit);
        chart.Rule(true, enough, Tone.Limit);
        return chart;
    }

    /// <summary>The draws of one of the cells that have converged worst, chain by chain.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="rank">0 for the worst.</param>
    internal static Chart Trace(ImputationFindings findings, int rank)
    {
        var trace = findings.Draws.Traces[rank];
        var cell = findings.Imputed.Cells[trace.Cell];
        var schema = findings.Imputed.Schema[cell.Column]!;
        var (row, length) = (cell.Row + findings.Imputed.RowOffset, trace.Draws.Length / findings.Draws.Chains);
        var chart = new Chart(
            $"{schema.Name}, row {row}",
            $"The draws of row {row}, column {schema.Name}, in {findings.Draws.Chains} chains; R-hat is {trace.RHat:0.000}.", 340, 180);
        var every = Math.Max(1, length / MostSteps);
        chart.Numbers(AxisPosition.Bottom, null, 0, length);
        if (schema.IsDiscrete) chart.Names(AxisPosition.Left, [.. schema.Levels!.Select(level => Chart.Short(level, 12))], 0.3);
        else chart.Numbers(AxisPosition.Left, null, grid: true);
        for (var chain = 0; chain < findings.Draws.Chains; chain++)
        {
            var from = chain * length;
            chart.Line(
                Enumerable.Range(0, length / every).Select(step => ((double)(step * every), (double)trace.Draws[from + step * every])),
                Tone.Series[chain % Tone.Series.Count].Faint(0.8), 0.9);
        }

        return chart;
    }

    /// <summary>The draws of the cell that has converged worst.</summary>
    /// <exception cref="Runtime.UserInputException">Nothing was drawn by chains.</exception>
    public static Chart Trace(ImputationFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return findings.Draws.Traces.Count > 0
            ? Trace(findings, 0)
            : throw new Runtime.UserInputException("No cell was drawn by chains, so there is no trace of one.");
    }
}
