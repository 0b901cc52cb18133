using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Imputation;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary>What <c>missbgm impute</c> prints when it is done.</summary>
internal static class ImputeSummary
{
    internal static void Print(Terminal terminal, ImputedTable imputed, ImputeOptions options, string completedPath, string? cellsPath)
    {
        var report = imputed.Report;
        if (imputed.Cells.Count == 0) terminal.Note("The table has no missing cell in these rows: it was written as it is.");
        foreach (var column in report.ConstantColumns) terminal.Note($"Column '{column}' had one value throughout in training: its missing cells were given that value.");
        foreach (var row in report.EmptyRows)
        {
            terminal.Note($"Data row {row} (line {imputed.Source.Line(row)}) has no observed value: it was imputed from the model's prior.");
        }

        var sampled = imputed.Cells.Where(cell => !double.IsNaN(cell.RHat)).ToArray();
        var minimumEss = 100 * options.Inference!.Chains;
        var unconverged = sampled.Count(cell => cell.RHat > 1.01 || cell.Ess < minimumEss);
        if (unconverged > 0)
        {
            terminal.Warn($"{unconverged} of {sampled.Length} cells have not converged (R-hat above 1.01 or effective sample size below {minimumEss}): sample longer with --burn-in and --draws.");
        }

        foreach (var (name, tally) in report.Updates.Where(update => update.Value.Divergences > 0))
        {
            terminal.Warn($"{tally.Divergences} of {tally.Updates} {name} updates diverged: a longer --burn-in adapts the step sizes better.");
        }

        terminal.Result(
            new
            {
                Rows = imputed.EndRow - imputed.FirstRow,
                MissingCells = imputed.Cells.Count,
                report.FittedRows,
                report.NewRows,
                report.EmptyRows,
                report.ConstantColumns,
                MaximumRHat = sampled.Select(c => c.RHat).DefaultIfEmpty(double.NaN).Max(),
                MinimumEss = sampled.Select(c => c.Ess).DefaultIfEmpty(double.NaN).Min(),
                Unconverged = unconverged,
                Acceptance = report.Updates.ToDictionary(update => update.Key, update => update.Value.Acceptance),
                report.Seconds,
                Completed = completedPath,
                Cells = cellsPath,
            },
            summary => Terminal.Listing(
                ("rows", $"{summary.Rows}"),
                ("missing cells", $"{summary.MissingCells}"),
                ("incomplete rows", $"{summary.FittedRows} seen by the fit, {summary.NewRows} new"),
                ("convergence", sampled.Length == 0 ? "not sampled" : $"R-hat at most {summary.MaximumRHat:0.000}, effective sample size at least {summary.MinimumEss:0}"),
                ("acceptance", sampled.Length == 0 ? "not sampled" : string.Join(", ", summary.Acceptance.Select(update => $"{update.Value:0.00} {update.Key}"))),
                ("seconds", $"{summary.Seconds:0.0}"),
                ("completed table", summary.Completed),
                ("cells", summary.Cells ?? "not asked for (--intervals)")));
    }
}
