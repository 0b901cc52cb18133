using System.IO.Compression;
using ZstdSharp;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// Writes a table back as it was read: text with the same header, order, separator and line endings, observed cells byte for byte; Parquet
/// and Arrow with the same types. From one format to another, columns get the type that holds all of their cells.
/// </summary>
public static class TableWriter
{
    /// <summary>Writes rows of a table, with text in place of missing cells.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="table">The table as read.</param>
    /// <param name="imputed">The text of a missing cell, by row and column; null keeps the cell as it is.</param>
    /// <param name="start">First row.</param>
    /// <param name="end">Row after the last; the number of rows if not given.</param>
    /// <param name="kind">The format; the table's own if not given.</param>
    public static void Write(Stream stream, Table table, Func<int, int, string?> imputed, int start = 0, int? end = null, TableFileKind kind = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(imputed);
        switch (FormatOf(table, kind))
        {
            case TableFileFormat.Parquet:
                ParquetTables.Write(stream, table, TypedColumn.Of(table, imputed, start, end ?? table.Rows));
                return;
            case TableFileFormat.Arrow:
                ArrowTables.Write(stream, table, TypedColumn.Of(table, imputed, start, end ?? table.Rows));
                return;
            default:
                using (var writer = new TableTextWriter(stream, table, kind.Packing))
                {
                    writer.Write(table, imputed, start, end ?? table.Rows);
                    writer.End();
                }

                return;
        }
    }

    /// <summary>The format in which a table is written: the one that is asked for, or its own.</summary>
    internal static TableFileFormat FormatOf(Table table, TableFileKind kind) => kind.Format ?? table.Types switch
    {
        ParquetTypes => TableFileFormat.Parquet,
        ArrowTypes => TableFileFormat.Arrow,
        _ => TableFileFormat.Text,
    };

    /// <summary>Bytes of a table's text up to the end of its header line, which the first row's line end follows.</summary>
    internal static int HeaderBytes(Table table) =>
        table.Format.Encoding.GetByteCount((table.Format.ByteOrderMark ? "\uFEFF" : "") + table.Format.Preamble + TableTextWriter.Header(table));

    /// <summary>Bytes of a table's text after its last row.</summary>
    internal static int EndBytes(Table table) => table.Format.EndsWithNewLine ? table.Format.Encoding.GetByteCount(table.Format.NewLine) : 0;

    /// <summary>What text is packed by on its way to a stream, which stays open; null if it is not packed.</summary>
    internal static Stream? Packed(Stream stream, TablePacking packing) => packing switch
    {
        TablePacking.Gzip => new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true),
        TablePacking.Zstandard => new CompressionStream(stream, leaveOpen: true),
        _ => null,
    };
}
