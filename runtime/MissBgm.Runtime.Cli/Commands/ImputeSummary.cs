using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Imputation;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary>What <c>missbgm impute</c> prints when it is done.</summary>
internal static class ImputeSummary
{
    internal static void Print(Terminal terminal, ImputedTable imputed, IReadOnlyList<string> files)
    {
        var report = imputed.Report;
        PrintNotes(terminal, imputed);
        if (report.Convergence is { } verdict) PrintVerdict(terminal, imputed, verdict);
        terminal.Result(
            new
            {
                Rows = imputed.EndRow - imputed.FirstRow,
                MissingCells = imputed.Cells.Count,
                report.FittedRows,
                report.NewRows,
                report.EmptyRows,
                report.ConstantColumns,
                report.Convergence,
                Acceptance = report.Updates.ToDictionary(update => update.Key, update => update.Value.Acceptance),
                report.Seconds,
                Files = files,
            },
            summary => Terminal.Listing([
                ("rows", $"{summary.Rows}"),
                ("missing cells", $"{summary.MissingCells}"),
                ("incomplete rows", $"{summary.FittedRows} seen by the fit, {summary.NewRows} new"),
                ("convergence", Describe(report.Convergence)),
                ("acceptance", summary.Acceptance.Count == 0 ? "not sampled" : string.Join(", ", summary.Acceptance.Select(update => $"{update.Value:0.00} {update.Key}"))),
                ("seconds", $"{summary.Seconds:0.0}"),
                .. files.Select(file => ("written", file))]));
    }

    private static void PrintNotes(Terminal terminal, ImputedTable imputed)
    {
        if (imputed.Cells.Count == 0) terminal.Note("The table has no missing cell in these rows: it was written as it is.");
        foreach (var column in imputed.Report.ConstantColumns) terminal.Note($"Column '{column}' had one value throughout in training: its missing cells were given that value.");
        foreach (var row in imputed.Report.EmptyRows)
        {
            terminal.Note($"Data row {row} (line {imputed.Source.Line(row)}) has no observed value: it was imputed from the model's prior.");
        }
    }

    private static void PrintVerdict(Terminal terminal, ImputedTable imputed, ConvergenceVerdict verdict)
    {
        if (!verdict.Converged)
        {
            var worst = imputed.Cells[verdict.WorstCell];
            terminal.Warn(
                $"{verdict.Unconverged} of {verdict.Cells} cells have not converged: R-hat is up to {verdict.MaximumRHat:0.000} (data row {worst.Row + imputed.RowOffset}, column '{imputed.Source.Header[worst.Column]}'; "
                + $"at most {ConvergenceVerdict.RHatLimit} is good), effective sample size down to {Math.Min(verdict.MinimumEss, verdict.MinimumTailEss):0} (at least {ConvergenceVerdict.EssPerChain} for each chain is good). "
                + "Their means and intervals are less certain than they look; raise --draws and --burn-in.");
        }

        if (verdict.Divergences > 0) terminal.Warn($"{verdict.Divergences} updates diverged after warm-up: draws may miss narrow parts of the posterior; raise --burn-in.");
        if (verdict.SlowEnergyChains > 0) terminal.Warn($"{verdict.SlowEnergyChains} chains change energy slowly (E-BFMI below {ConvergenceVerdict.EnergyLimit}): raise --draws.");
    }

    private static string Describe(ConvergenceVerdict? verdict) => verdict is null or { Cells: 0 }
        ? "not sampled"
        : $"{(verdict.Converged ? "all cells" : $"{verdict.Cells - verdict.Unconverged} of {verdict.Cells} cells")}; R-hat at most {verdict.MaximumRHat:0.000}, effective sample size {verdict.MinimumEss:0} or more, median {verdict.MedianEss:0}";
}
