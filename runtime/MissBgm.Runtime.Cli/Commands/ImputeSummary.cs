using MissBgm.CommandLine;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

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
                NotedCells = imputed.Cells.Count(cell => cell.Note.Length > 0),
                IncompleteRows = report.FittedRows + report.NewRows,
                report.FittedRows,
                report.NewRows,
                report.EmptyRows,
                report.ConstantColumns,
                report.CrowdedColumns,
                report.Draws,
                report.Trust,
                report.Convergence,
                Acceptance = report.Updates.ToDictionary(update => update.Key, update => update.Value.Acceptance),
                report.Seconds,
                Files = files,
            },
            summary => Terminal.Listing([
                ("rows", $"{summary.Rows}"),
                ("missing cells", $"{summary.MissingCells}"),
                .. report.Convergence is null && report.Draws > 0 ? Independent(report) : Chains(report),
                ("seconds", $"{summary.Seconds:0.0}"),
                .. files.Select(file => ("written", file))]));
    }

    private static (string, string)[] Chains(ImputeReport report) =>
    [
        ("incomplete rows", $"{report.FittedRows} seen by the fit, {report.NewRows} new"),
        ("convergence", Describe(report.Convergence)),
        ("acceptance", report.Updates.Count == 0 ? "not sampled" : string.Join(", ", report.Updates.Select(update => $"{update.Value.Acceptance:0.00} {update.Key}"))),
    ];

    private static (string, string)[] Independent(ImputeReport report) =>
    [
        ("incomplete rows", $"{report.NewRows}"),
        ("draws", $"{report.Draws}, in antithetic pairs"),
        .. report.Trust is { Cells: > 0 } trust
            ? [("learned shift", $"{trust.Shift:P0} of it counts, draws {trust.Stretch:0.00} times as wide (by {trust.Cells} hidden cells)")]
            : Array.Empty<(string, string)>(),
    ];

    private static void PrintNotes(Terminal terminal, ImputedTable imputed)
    {
        var report = imputed.Report;
        if (imputed.Cells.Count == 0) terminal.Note("the table has no missing cell in these rows: it was written as it is.");
        if (report.ConstantColumns.Count > 0)
        {
            terminal.Note($"with one value throughout, by which they were imputed: {Listing.Of(report.ConstantColumns, column => $"'{column}'")}.");
        }

        if (report.CrowdedColumns.Count > 0)
        {
            var columns = Listing.Of(report.CrowdedColumns, column => $"'{column}'");
            terminal.Note($"more levels than the network has room for, so they entered as codes in their order: {columns}. Merge levels where you can.");
        }

        var noted = imputed.Cells.Where(cell => cell.Note.Length > 0).ToArray();
        if (noted.Length > 0)
        {
            var kinds = noted.GroupBy(cell => cell.Note.Split(':', ';')[0].Split(" with ")[0]).OrderByDescending(group => group.Count()).Take(4);
            var listed = string.Join(", ", kinds.Select(kind => $"{kind.Key} {kind.Count()}"));
            terminal.Warn(
                $"{noted.Length} of {imputed.Cells.Count} cells are less certain than they look ({listed}); the column 'note' of --intervals "
                + "says which and why.");
        }

        if (report.EmptyRows.Count > 0)
        {
            var lines = Listing.Of(report.EmptyRows, row => $"{imputed.Source.Line(row)}");
            terminal.Note($"without an observed value, so imputed from the model's prior: line {lines}.");
        }
    }

    private static void PrintVerdict(Terminal terminal, ImputedTable imputed, ConvergenceVerdict verdict)
    {
        if (!verdict.CanTell)
        {
            terminal.Warn(
                $"{verdict.Draws} draws of each chain are too few to tell whether the cells have converged; {ConvergenceVerdict.EssPerChain} would do (--draws {ConvergenceVerdict.EssPerChain}), 1000 are usual.");
        }
        else if (verdict.Unconverged > 0)
        {
            var worst = imputed.Cells[verdict.WorstCell];
            terminal.Warn(
                $"{verdict.Unconverged} of {verdict.Cells} cells have not converged: R-hat is up to {verdict.MaximumRHat:0.000} (data row "
                + $"{worst.Row + imputed.RowOffset}, column '{imputed.Source.Header[worst.Column]}'; at most {ConvergenceVerdict.RHatLimit} is good). "
                + "Raise --draws and --burn-in.");
        }

        if (verdict is { CanTell: true, Imprecise: > 0 })
        {
            terminal.Warn(
                $"{verdict.Imprecise} of {verdict.Cells} cells have few effective draws: down to {Math.Min(verdict.MinimumEss, verdict.MinimumTailEss):0} "
                + $"of {verdict.Draws * verdict.Chains} ({ConvergenceVerdict.EssPerChain * verdict.Chains} are good), so the ends of their intervals are less exact; "
                + $"--draws {verdict.EnoughDraws} would do.");
        }

        if (verdict.Divergences > 0) terminal.Warn($"{verdict.Divergences} updates diverged after warm-up: draws may miss narrow parts of the posterior; raise --burn-in.");
        if (verdict.SlowEnergyChains > 0) terminal.Warn($"{verdict.SlowEnergyChains} chains change energy slowly (E-BFMI below {ConvergenceVerdict.EnergyLimit}): raise --draws.");
    }

    private static string Describe(ConvergenceVerdict? verdict) => verdict is null or { Cells: 0 }
        ? "not sampled"
        : $"{(verdict.CanTell ? verdict.Unconverged == 0 ? "all cells" : $"{verdict.Cells - verdict.Unconverged} of {verdict.Cells} cells" : "too few draws to tell")}; R-hat at most {verdict.MaximumRHat:0.000}, effective sample size {verdict.MinimumEss:0} or more, median {verdict.MedianEss:0}";
}
