using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>
/// The file of missing cells: CSV, a line for each, <c>row,column,mean,sd,lower,upper,map,rhat,ess</c>, empty where not computed. A table with discrete
/// columns has two more, empty elsewhere: <c>level</c>, the one to fill in (the most probable one, or the mode where only it was computed), and
/// <c>probabilities</c>, those of all levels in their order, such as <c>no=0.25;yes=0.75</c>. In discrete columns <c>map</c> is a level, <c>mean</c> and
/// <c>sd</c> are empty, and <c>lower</c> and <c>upper</c> are the levels that bound the interval where levels have an order. Where a cell is less certain than
/// it looks there is a last one, <c>note</c>, which says why.
/// </summary>
internal static class CellsFile
{
    /// <summary>The names of the columns.</summary>
    /// <param name="discrete">Whether the table has discrete columns.</param>
    internal static string Header(bool discrete) => string.Join(',', ["row", "column", .. Fields(discrete).Select(field => field.Name)]);

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="imputed">The table.</param>
    /// <param name="schema">The schema of each of the table's columns.</param>
    internal static void Write(Stream stream, ImputedTable imputed, ColumnSchema?[] schema)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        var discrete = Array.Exists(schema, column => column is { IsDiscrete: true });
        CellField[] fields = [.. Fields(discrete), .. imputed.Cells.Any(cell => cell.Note.Length > 0) ? [Note] : Array.Empty<CellField>()];
        writer.WriteLine(string.Join(',', ["row", "column", .. fields.Select(field => field.Name)]));
        foreach (var cell in imputed.Cells)
        {
            var column = schema[cell.Column]!;
            writer.WriteLine(
                string.Join(
                    ',',
                    [
                        $"{cell.Row + imputed.RowOffset}", CellField.Quote(column.Name),
                        .. fields.Select(field => field.Text(cell, column)),
                    ]));
        }
    }

    private static CellField Note { get; } = new("note", (cell, _) => CellField.Quote(cell.Note));

    private static IEnumerable<CellField> Fields(bool discrete) => ImputedCell.Fields.Where(field => discrete || !field.OfLevels);
}
