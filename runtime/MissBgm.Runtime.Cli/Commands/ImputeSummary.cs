using MissBgm.CommandLine;
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
        if (imputed.Cells.Count == 0) terminal.Note("The table has no missing cell in these rows: it was written as it is.");
        foreach (var column in report.ConstantColumns) terminal.Note($"Column '{column}' has one value throughout: its missing cells were given that value.");
        foreach (var column in report.CrowdedColumns)
        {
            terminal.Note($"Column '{column}' has more levels than the network has room for: they entered as codes in their order, which tells it little; merge levels where you can.");
        }

        var noted = imputed.Cells.Where(cell => cell.Note.Length > 0).ToArray();
        if (noted.Length > 0)
        {
            var kinds = noted.GroupBy(cell => cell.Note.Split(':', ';')[0].Split(" with ")[0]).OrderByDescending(group => group.Count()).Take(4);
            terminal.Warn($"{noted.Length} of {imputed.Cells.Count} cells are less certain than they look ({string.Join(", ", kinds.Select(kind => $"{kind.Key} {kind.Count()}"))}); the column 'note' of --intervals says which and why.");
        }

        foreach (var row in report.EmptyRows)
        {
            terminal.Note($"Data row {row} (line {imputed.Source.Line(row)}) has no observed value: it was imputed from the model's prior.");
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
                $"{verdict.Unconverged} of {verdict.Cells} cells have not converged: their chains disagree, R-hat is up to {verdict.MaximumRHat:0.000} "
                + $"(data row {worst.Row + imputed.RowOffset}, column '{imputed.Source.Header[worst.Column]}'; at most {ConvergenceVerdict.RHatLimit} is good). "
                + "Their means and intervals are less certain than they look; raise --draws and --burn-in.");
        }

        if (verdict is { CanTell: true, Imprecise: > 0 })
        {
            terminal.Warn(
                $"{verdict.Imprecise} of {verdict.Cells} cells have few effective draws, though their chains agree: down to {Math.Min(verdict.MinimumEss, verdict.MinimumTailEss):0} of {verdict.Draws * verdict.Chains} "
                + $"(at least {ConvergenceVerdict.EssPerChain * verdict.Chains} are good). The ends of their intervals are less exact than they could be; --draws {verdict.EnoughDraws} would do.");
        }

        if (verdict.Divergences > 0) terminal.Warn($"{verdict.Divergences} updates diverged after warm-up: draws may miss narrow parts of the posterior; raise --burn-in.");
        if (verdict.SlowEnergyChains > 0) terminal.Warn($"{verdict.SlowEnergyChains} chains change energy slowly (E-BFMI below {ConvergenceVerdict.EnergyLimit}): raise --draws.");
    }

    private static string Describe(ConvergenceVerdict? verdict) => verdict is null or { Cells: 0 }
        ? "not sampled"
        : $"{(verdict.CanTell ? verdict.Unconverged == 0 ? "all cells" : $"{verdict.Cells - verdict.Unconverged} of {verdict.Cells} cells" : "too few draws to tell")}; R-hat at most {verdict.MaximumRHat:0.000}, effective sample size {verdict.MinimumEss:0} or more, median {verdict.MedianEss:0}";
}
