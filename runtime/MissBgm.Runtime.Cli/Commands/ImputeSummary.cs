using MissBgm.CommandLine;
using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Imputation;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary>What <c>missbgm impute</c> prints when it is done.</summary>
internal static class ImputeSummary
{
    /// <summary>Prints notes, warnings and the result.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="imputed">What was imputed.</param>
    /// <param name="unknown">Columns that the training table had not.</param>
    /// <param name="files">What was written.</param>
    internal static void Print(Terminal terminal, ImputationTotals imputed, IReadOnlyList<string>? unknown, IReadOnlyList<string> files)
    {
        var report = imputed.Report;
        foreach (var note in ImputationNotes.OfTable(imputed, unknown)) terminal.Note(note);
        if (imputed.Cells == 0) terminal.Note("the table has no missing cell in these rows: it was written as it is.");
        foreach (var note in ImputationNotes.OfCells(imputed)) terminal.Note(note);
        if (ImputationNotes.Uncertain(imputed) is { } uncertain) terminal.Warn(uncertain);
        foreach (var fault in ConvergenceSentence.Faults(report.Convergence, imputed.WorstCell)) terminal.Warn(fault);
        terminal.Result(
            new ImputeResult(
                imputed.EndRow - imputed.FirstRow, imputed.Cells, imputed.NotedCells,
                report.FittedRows + report.NewRows, report.FittedRows, report.NewRows, report.EmptyRows, report.ConstantColumns, report.CrowdedColumns,
                report.Draws, report.Trust, report.Convergence,
                report.Updates.ToDictionary(update => update.Key, update => update.Value.Acceptance), report.Seconds, files),
            ResultJson.Default.ImputeResult,
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
        ("convergence", ConvergenceSentence.Describe(report.Convergence)),
        (
            "acceptance",
            report.Updates.Count == 0
                ? "not sampled"
                : string.Join(", ", report.Updates.Select(update => $"{update.Value.Acceptance:0.00} {update.Key}"))),
    ];

    private static (string, string)[] Independent(ImputeReport report) =>
    [
        ("incomplete rows", $"{report.NewRows}"),
        ("draws", $"{report.Draws}, in antithetic pairs"),
        .. report.Trust is { Cells: > 0 } trust
            ? [("learned shift", $"{trust.Shift:P0} of it counts, draws {trust.Stretch:0.00} times as wide (by {trust.Cells} hidden cells)")]
            : Array.Empty<(string, string)>(),
    ];
}
