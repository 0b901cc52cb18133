using System.Text;

namespace MissBgm.Runtime.Tables;

/// <summary>Writes a table back as it was read: same header, order, separator and line endings, observed cells byte for byte.</summary>
public static class TableWriter
{
    /// <summary>Writes rows of a table, with text in place of missing cells.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="table">The table as read.</param>
    /// <param name="imputed">The text of a missing cell, by row and column; null keeps the cell as it is.</param>
    /// <param name="start">First row.</param>
    /// <param name="end">Row after the last; the number of rows if not given.</param>
    public static void Write(Stream stream, Table table, Func<int, int, string?> imputed, int start = 0, int? end = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(imputed);
        using var writer = new StreamWriter(stream, new UTF8Encoding(table.Format.ByteOrderMark), 1 << 16, leaveOpen: true) { NewLine = table.Format.NewLine };
        writer.Write(string.Join(table.Format.Delimiter, table.RawHeader));
        for (var row = start; row < (end ?? table.Rows); row++)
        {
            writer.WriteLine();
            for (var column = 0; column < table.Columns; column++)
            {
                if (column > 0) writer.Write(table.Format.Delimiter);
                writer.Write((table.IsMissing(row, column) ? imputed(row, column) : null) ?? table.Raw(row, column));
            }
        }

        if (table.Format.EndsWithNewLine) writer.WriteLine();
    }
}
