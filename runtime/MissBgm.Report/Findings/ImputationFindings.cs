using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Report.Findings;

/// <summary>All that a report says of an imputation.</summary>
public sealed class ImputationFindings
{
    /// <summary>Looks at an imputation.</summary>
    /// <param name="imputer">The model.</param>
    /// <param name="imputed">What it made of a table.</param>
    /// <param name="draws">What was kept of the draws; it must have been among the options' sinks.</param>
    /// <param name="options">How the table was imputed.</param>
    public ImputationFindings(Imputer imputer, ImputedTable imputed, ReportDraws draws, ImputeOptions options)
    {
        ArgumentNullException.ThrowIfNull(imputer);
        ArgumentNullException.ThrowIfNull(imputed);
        ArgumentNullException.ThrowIfNull(options);
        (Model, Imputed, Draws, Options) = (imputer, imputed, draws, options);
        Inference = options.Inference ?? imputer.Inference;
        var cells = Enumerable.Range(0, imputed.Cells.Count).ToLookup(i => imputed.Cells[i].Column);
        Columns = [.. Enumerable.Range(0, imputed.Source.Columns).Select(column => ColumnFinding.Of(imputed, column, [.. cells[column]]))];
    }

    /// <summary>What <c>missbgm sensitivity</c> found; null if it was not run.</summary>
    public SensitivityCurve? Sensitivity { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of the table's file; null where it is none.</summary>
    public string? TableHash { get; init; }

    /// <summary>The version of the program that writes the report.</summary>
    public required string ToolVersion { get; init; }

    internal Imputer Model { get; }

    internal ImputedTable Imputed { get; }

    internal ReportDraws Draws { get; }

    internal ImputeOptions Options { get; }

    internal InferenceSettings Inference { get; }

    internal Table Table => Imputed.Source;

    internal Manifest? Manifest => Model.Bundle?.Manifest;

    /// <summary>The table's columns, in its order.</summary>
    internal IReadOnlyList<ColumnFinding> Columns { get; }

    /// <summary>The columns with imputed cells, in the table's order.</summary>
    internal IReadOnlyList<ColumnFinding> ImputedColumns => [.. Columns.Where(column => column.Cells.Length > 0)];

    internal int Rows => Imputed.EndRow - Imputed.FirstRow;

    internal int MissingCells => Columns.Sum(column => column.Missing);

    internal int IncompleteRows => Enumerable.Range(Imputed.FirstRow, Rows).Count(row =>
        Enumerable.Range(0, Table.Columns).Any(column => Table.IsMissing(row, column)));

    /// <summary>
    /// How uncertain a cell is: of numbers its posterior standard deviation in observed standard deviations of the column, of levels the
    /// probability that the most probable is wrong. NaN where nothing was drawn.
    /// </summary>
    internal double Uncertainty(ImputedCell cell) => cell.Probabilities is { } shares ? 1 - shares.Max() : cell.Sd / Imputed.Schema[cell.Column]!.Scale;
}
