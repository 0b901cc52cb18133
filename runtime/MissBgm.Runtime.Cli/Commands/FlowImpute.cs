using MissBgm.Runtime.Cli.Output;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary><c>missbgm impute</c> with a PFN-Flow bundle.</summary>
internal static class FlowImpute
{
    internal static void Run(Terminal terminal, string model, ComputeDevice device, Table table, FlowImputeOptions options, ImputeOutputs outputs, CancellationToken cancellation)
    {
        using var network = PfnModel.Load(model, device);
        ImputedTable imputed;
        using (var progress = terminal.Progress("imputing")) imputed = new FlowImputer(network).Impute(table, options, progress, cancellation);

        outputs.Write(imputed);
        Print(terminal, imputed, options, outputs.Paths);
    }

    private static void Print(Terminal terminal, ImputedTable imputed, FlowImputeOptions options, IReadOnlyList<string> files)
    {
        var report = imputed.Report;
        if (imputed.Cells.Count == 0) terminal.Note("The table has no missing cell in these rows: it was written as it is.");
        foreach (var column in report.ConstantColumns) terminal.Note($"Column '{column}' has one value throughout: its missing cells were given that value.");
        foreach (var column in report.CrowdedColumns) terminal.Note($"Column '{column}' has more levels than the network has room for: they entered as codes in their order, which tells it little; merge levels where you can.");
        terminal.Result(
            new
            {
                Rows = imputed.EndRow - imputed.FirstRow,
                MissingCells = imputed.Cells.Count,
                IncompleteRows = report.NewRows,
                report.EmptyRows,
                report.ConstantColumns,
                report.CrowdedColumns,
                options.Draws,
                report.Trust,
                report.Seconds,
                Files = files,
            },
            summary => Terminal.Listing([
                ("rows", $"{summary.Rows}"),
                ("missing cells", $"{summary.MissingCells}"),
                ("incomplete rows", $"{summary.IncompleteRows}"),
                ("draws", $"{summary.Draws}, in antithetic pairs"),
                .. summary.Trust is { Cells: > 0 } trust ? [("learned shift", $"{trust.Shift:P0} of it counts, draws {trust.Stretch:0.00} times as wide (by {trust.Cells} hidden cells)")] : Array.Empty<(string, string)>(),
                ("seconds", $"{summary.Seconds:0.0}"),
                .. files.Select(file => ("written", file))]));
    }
}
