namespace MissBgm.Runtime.Tables;

/// <summary>
/// Writes a table as text, its header first and then rows as they come, all at once or part by part: observed cells byte for byte as they were read.
/// </summary>
internal sealed class TableTextWriter : IDisposable
{
    private readonly TableFormat _format;
    private readonly Stream? _packed;
    private readonly StreamWriter _writer;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="table">The table, or its first part.</param>
    /// <param name="packing">How the text is packed on the way.</param>
    internal TableTextWriter(Stream stream, Table table, TablePacking packing = TablePacking.None)
    {
        _format = table.Format;
        _packed = TableWriter.Packed(stream, packing);
        _writer = new StreamWriter(_packed ?? stream, _format.Encoding, 1 << 16, leaveOpen: true) { NewLine = _format.NewLine };
        if (_format.ByteOrderMark) _writer.Write('\uFEFF');
        _writer.Write(_format.Preamble);
        _writer.Write(Header(table));
    }

    /// <summary>A table's header line, without its end.</summary>
    internal static string Header(Table table) => string.Join(table.Format.Delimiter, table.RawHeader);

    /// <summary>Writes rows, with text in place of missing cells.</summary>
    /// <param name="table">The table, or a part of it.</param>
    /// <param name="imputed">The text of a missing cell, by row and column; null keeps the cell as it is.</param>
    /// <param name="start">First row.</param>
    /// <param name="end">Row after the last.</param>
    internal void Write(Table table, Func<int, int, string?> imputed, int start, int end)
    {
        var comments = table.Comments.ToLookup(comment => comment.Rows, comment => comment.Text);
        for (var row = start; row < end; row++)
        {
            _writer.WriteLine();
            foreach (var comment in comments[row]) _writer.WriteLine(comment);
            for (var column = 0; column < table.Columns; column++)
            {
                if (column > 0) _writer.Write(_format.Delimiter);
                _writer.Write((table.IsMissing(row, column) ? imputed(row, column) : null) ?? table.Raw(row, column));
            }
        }
    }

    /// <summary>Ends the last line, if the table's is ended.</summary>
    internal void End()
    {
        if (_format.EndsWithNewLine) _writer.WriteLine();
    }

    public void Dispose()
    {
        _writer.Dispose();
        _packed?.Dispose();
    }
}
