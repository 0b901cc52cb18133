using MissBgm.Report.Findings;
using MissBgm.Report.Pictures;

namespace MissBgm.Report.Pages.Imputation;

/// <summary>Observed against imputed values, column by column; of a wide table the columns that differ most have pictures.</summary>
internal static class DistributionSection
{
    private const int MostPictures = 40;
    private const int WidePictures = 24;

    internal static Html Of(ImputationFindings findings)
    {
        var columns = findings.ImputedColumns;
        if (columns.Count == 0) return Html.Of($"<p>Nothing was imputed, so there is nothing to compare.</p>");
        var drawn = findings.Draws.Tables > 0;
        var farthest = columns.OrderByDescending(column => double.IsNaN(column.Shift) ? -1 : column.Shift).ThenBy(column => column.Index);
        var pictured = columns.Count <= MostPictures ? columns : [.. farthest.Take(WidePictures).OrderBy(column => column.Index)];
        var which = pictured.Count == columns.Count
            ? ""
            : $" There are {columns.Count} columns with imputed cells: the {pictured.Count} whose imputed values differ most "
                + "from the observed have pictures, the table has all.";
        var empty = columns
            .Where(column => column.Values.Length == 0)
            .Select(column =>
                $"Column '{column.Name}' has no observed cell in this table: its imputations come from what the model knows, and "
                + "there is nothing to compare them with.")
            .ToArray();
        return Html.Of(
            $"""
            <p>Imputed values need not look like observed ones: where values are missing for a reason, they should not. Look for values that could not be, and for differences that you cannot explain.{which}</p>
            {Pieces.Notes(empty)}{Legend(findings, drawn)}{(columns.Count > 12 ? TableSection.SearchBox("find-picture") : Html.Empty)}
            <div class="pictures">{(drawn ? Html.Each(pictured, column => Picture(findings, column)) : Html.Empty)}</div>
            {Numbers(columns)}{Levels(columns)}
            """);
    }

    private static Html Legend(ImputationFindings findings, bool drawn) => drawn
        ? Pieces.Legend(("observed", "observed"), ("imputed", $"imputed: mean of {findings.Draws.Tables} completed tables, and where 95 % of them lie"))
        : Html.Of($"<p>Only the modes were computed, so there are no distributions to draw.</p>");

    private static Html Picture(ImputationFindings findings, ColumnFinding column) => Pieces.Picture(
        DistributionPicture.Draw(findings, column), $"d{column.Index}",
        Html.Of(
            $"{Figure.Count(column.Cells.Length, "imputed:cells", column.Name)} imputed beside "
            + $"{Figure.Count(column.Observed, "table:observed", column.Name)} observed"),
        column.Name);

    private static Html Numbers(IReadOnlyList<ColumnFinding> columns)
    {
        var numbers = columns.Where(column => !column.Schema!.IsDiscrete).ToArray();
        return numbers.Length == 0 ? Html.Empty : Pieces.Table(
            "Columns of numbers; the shift is the difference of the means in observed standard deviations",
            ["column", "imputed#", "observed mean#", "imputed mean#", "shift#", "observed s.d.#", "imputed s.d.#"],
            numbers.Select(column => (IReadOnlyList<Html>)
            [
                Pieces.Text(column.Name), Figure.Count(column.Cells.Length, "imputed:cells", column.Name),
                Figure.Of(column.ObservedMean, "table:mean", column: column.Name),
                Figure.Of(column.ImputedMean, "imputed:mean", column: column.Name), Figure.Of(column.Shift, "imputed:shift", "0.00", column.Name),
                Figure.Of(column.ObservedSd, "table:sd", column: column.Name), Figure.Of(column.ImputedSd, "imputed:sd", column: column.Name),
            ]),
            [.. numbers.Select(column => column.Name)]);
    }

    private static Html Levels(IReadOnlyList<ColumnFinding> columns)
    {
        var rows =
            from column in columns.Where(column => column.Schema!.IsDiscrete)
            from level in Enumerable.Range(0, column.Schema!.Levels!.Count)
            select (column, level);
        var all = rows.ToArray();
        return all.Length == 0 ? Html.Empty : Pieces.Table(
            "Levels: their shares among observed cells, and their mean probability over imputed ones", ["column", "level", "observed#", "imputed#"],
            all.Select(row => (IReadOnlyList<Html>)
            [
                Pieces.Text(row.column.Name), Pieces.Text(row.column.Schema!.Levels![row.level]),
                Figure.Share(row.column.ObservedShares![row.level], "table:level_share", row.column.Name, row.column.Schema.Levels[row.level]),
                row.column.ImputedShares is { } shares
                    ? Figure.Share(shares[row.level], "imputed:level_share", row.column.Name, row.column.Schema.Levels[row.level])
                    : Figure.Of(double.NaN, ""),
            ]),
            [.. all.Select(row => row.column.Name)]);
    }
}
