using MissBgm.Report.Findings;
using MissBgm.Runtime.Imputation;

namespace MissBgm.Report.Pages.Imputation;

/// <summary>Lines of the file of cells on a page.</summary>
internal static class CellTable
{
    private static readonly string[] Numbers = ["mean", "sd", "lower", "upper", "rhat", "ess"];
    private static readonly string[] Levels = ["level", "probabilities", "lower", "upper", "rhat", "ess"];

    /// <summary>A table of cells with their uncertainty.</summary>
    internal static Html Of(ImputationFindings findings, string caption, IReadOnlyList<ImputedCell> cells, bool discrete)
    {
        var fields = discrete ? Levels : Numbers;
        var noted = cells.Any(cell => cell.Note.Length > 0);
        return Pieces.Table(
            caption,
            [
                "column", "row#", discrete ? "chance of another#" : "s.d. / column's#",
                .. fields.Select(field => discrete && field is "level" or "probabilities" ? field : $"{field}#"),
                .. noted ? ["note"] : Array.Empty<string>(),
            ],
            cells.Select(cell => (IReadOnlyList<Html>)
            [
                Pieces.Text(findings.Table.Header[cell.Column]), Pieces.Text($"{cell.Row + findings.Imputed.RowOffset}"),
                Figure.Of(
                    findings.Uncertainty(cell), "cells:uncertainty", "0.00", findings.Table.Header[cell.Column],
                    $"{cell.Row + findings.Imputed.RowOffset}"),
                .. fields.Select(field => Field(findings, cell, field)), .. noted ? [Pieces.Text(cell.Note)] : Array.Empty<Html>(),
            ]));
    }

    /// <summary>A field of a cell, exactly as the file of cells has it, shown with fewer digits.</summary>
    internal static Html Field(ImputationFindings findings, ImputedCell cell, string name)
    {
        var schema = findings.Imputed.Schema[cell.Column]!;
        var text = ImputedCell.Fields.Single(field => field.Name == name).Text(cell, schema);
        var number = double.TryParse(text, out var value);
        var shown = !number || schema.IsDiscrete && name is "level" or "lower" or "upper" ? text : name switch
        {
            "rhat" => value.ToString("0.000"),
            "ess" => value.ToString("#,0"),
            _ => value.ToString("G5"),
        };
        return Figure.Exact(text, $"cells:{name}", shown, findings.Table.Header[cell.Column], $"{cell.Row + findings.Imputed.RowOffset}");
    }
}
