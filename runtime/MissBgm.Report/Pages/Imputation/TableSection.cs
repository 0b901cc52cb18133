using MissBgm.Report.Findings;
using MissBgm.Report.Pictures;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Report.Pages.Imputation;

/// <summary>What was in the table: types, what is missing, and what is missing together.</summary>
internal static class TableSection
{
    private const int MostPairs = 10;

    internal static Html Of(ImputationFindings findings)
    {
        var (table, notes) = (
            findings.Table,
            ImputationNotes.OfTable(findings.Imputed, findings.Model.Bundle?.Schema.Unknown(findings.Table))
                .Concat(ImputationNotes.OfCells(findings.Imputed)).ToArray());
        var cells = (double)findings.Rows * table.Columns;
        return Html.Of(
            $"""
            <dl class="tiles">
            <div><dt>rows</dt><dd>{Figure.Count(findings.Rows, "table:rows")}</dd></div>
            <div><dt>columns</dt><dd>{Figure.Count(table.Columns, "table:columns")}</dd></div>
            <div><dt>missing cells</dt><dd>{Figure.Count(findings.MissingCells, "table:missing_cells")}</dd></div>
            <div><dt>of all cells</dt><dd>{Figure.Share(findings.MissingCells / cells, "table:missing_share")}</dd></div>
            <div><dt>incomplete rows</dt><dd>{Figure.Count(findings.IncompleteRows, "table:incomplete_rows")}</dd></div>
            </dl>
            {Pieces.Notes(notes)}{Search(findings)}{Columns(findings)}{Together(findings)}
            """);
    }

    private static Html Search(ImputationFindings findings) => findings.Columns.Count <= 20 ? Html.Empty : SearchBox("find-column");

    internal static Html SearchBox(string id) => Html.Of(
        $"<p class=\"search\"><label for=\"{id}\">Find a column</label><input type=\"search\" id=\"{id}\" "
        + $"aria-describedby=\"{id}-found\"><span id=\"{id}-found\" role=\"status\"></span></p>\n");

    private static Html Columns(ImputationFindings findings) => Pieces.Table(
        "The table's columns: observed numbers in their own units",
        ["column", "type", "observed#", "missing#", "share#", "mean#", "s.d.#", "smallest#", "largest#", "levels"],
        findings.Columns.Select(column =>
        {
            Html Stat(string name, Func<double> value) => column.Schema is { IsDiscrete: false } && column.Values.Length > 0
                ? Figure.Of(value(), $"table:{name}", column: column.Name)
                : Figure.Of(double.NaN, "");
            return (IReadOnlyList<Html>)
            [
                Pieces.Text(column.Name), Pieces.Text(Kind(column)),
                Figure.Count(column.Observed, "table:observed", column.Name), Figure.Count(column.Missing, "table:missing", column.Name),
                Figure.Share(column.Missing / (double)findings.Rows, "table:share", column.Name),
                Stat("mean", () => column.ObservedMean), Stat("sd", () => column.ObservedSd), Stat("minimum", () => column.Values.Min()),
                Stat("maximum", () => column.Values.Max()),
                Pieces.Text(Levels(column)),
            ];
        }),
        [.. findings.Columns.Select(column => column.Name)]);

    private static string Kind(ColumnFinding column)
    {
        if (column.Schema is not { } schema) return "carried through";
        var type = schema.IsConstant ? "constant" : schema.Notation?.DateFormat is not null ? "date" : schema.Type.ToString().ToLowerInvariant();
        return schema.Role switch
        {
            ColumnRole.PredictOnly => $"{type}, predicts only",
            ColumnRole.ImputeOnly => $"{type}, imputed only",
            _ => type,
        };
    }

    private static string Levels(ColumnFinding column) => column.Schema is { IsDiscrete: true, Levels: { } levels, Type: var type }
        ? string.Join(type == ColumnType.Ordinal ? " < " : ", ", levels.Take(8)) + (levels.Count > 8 ? $", and {levels.Count - 8} more" : "")
        : "";

    private static Html Together(ImputationFindings findings)
    {
        if (findings.MissingCells == 0) return Html.Of($"<p>No cell is missing: there is nothing to impute.</p>");
        var rows = findings.Rows == findings.Table.Rows ? findings.Table : findings.Table.Slice(findings.Imputed.FirstRow, findings.Imputed.EndRow);
        var correlation = MaskCorrelation.Of(
            rows, Enumerable.Range(0, rows.Columns).OrderByDescending(column => findings.Columns[column].Missing).Take(100).Order());
        var pairs = correlation.Pairs().Take(MostPairs).ToArray();
        var caption = Html.Of($"Each line is a set of rows that lack the same columns; orange is missing.");
        var pictures = new List<Html> { Pieces.Picture(MissingPicture.Patterns(rows), "patterns", caption) };
        if (correlation.Columns.Count > 1)
        {
            pictures.Add(
                Pieces.Picture(
                    MissingPicture.Correlation(rows), "mask-correlation",
                    Html.Of($"Orange: missing together more often than by chance; blue: less often.")));
        }
        var table = pairs.Length == 0 ? Html.Empty : Pieces.Table(
            "The columns whose missingness goes together most", ["column", "and", "correlation#"],
            pairs.Select(pair => (First: rows.Header[pair.First], Second: rows.Header[pair.Second], pair.Value)).Select(pair =>
                (IReadOnlyList<Html>)
                [
                    Pieces.Text(pair.First), Pieces.Text(pair.Second),
                    Figure.Of(pair.Value, "table:mask_correlation", "0.000", pair.First, pair.Second),
                ]));
        return Html.Of($"<h3>What is missing together</h3><div class=\"wide\">{Html.Join(pictures)}</div>{table}");
    }
}
