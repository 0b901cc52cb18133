using MissBgm.Runtime.Files;

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
    /// <summary>Writes the file.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="imputed">The table.</param>
    internal static void Write(Stream stream, ImputedTable imputed)
    {
        var noted = HasNotes(imputed);
        WriteHeader(stream, imputed, noted);
        WriteLines(stream, imputed, noted);
    }

    /// <summary>Whether a cell has a note, so that the file has a column of them.</summary>
    internal static bool HasNotes(ImputedTable imputed) => imputed.Cells.Any(cell => cell.Note.Length > 0);

    /// <summary>Writes the first line.</summary>
    internal static void WriteHeader(Stream stream, ImputedTable imputed, bool noted) =>
        stream.Write(TextEncoding.Utf8.GetBytes(string.Join(',', ["row", "column", .. Fields(imputed, noted).Select(field => field.Name)]) + "\n"));

    /// <summary>Writes a line for each cell.</summary>
    internal static void WriteLines(Stream stream, ImputedTable imputed, bool noted)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        var fields = Fields(imputed, noted);
        foreach (var cell in imputed.Cells)
        {
            var column = imputed.Schema[cell.Column]!;
            writer.WriteLine(
                string.Join(
                    ',',
                    [
                        $"{cell.Row + imputed.RowOffset}", CellField.Quote(column.Name),
                        .. fields.Select(field => field.Text(cell, column)),
                    ]));
        }
    }

    private static CellField[] Fields(ImputedTable imputed, bool noted)
    {
        var discrete = imputed.Schema.Any(column => column is { IsDiscrete: true });
        return [.. ImputedCell.Fields.Where(field => discrete || !field.OfLevels), .. noted ? [Note] : Array.Empty<CellField>()];
    }

    private static CellField Note { get; } = new("note", (cell, _) => CellField.Quote(cell.Note));
}
