using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// Reads a table from CSV (comma, semicolon, tab or bar, whichever the header line has most of; packed with gzip or Zstandard or not),
/// Excel (.xlsx), Parquet or Arrow. Which of them it is the bytes tell, not the name.
/// </summary>
public static class TableReader
{
    /// <summary>Reads a file, a pipe, or <c>-</c> for standard input.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read what the file does not say; the defaults if null.</param>
    /// <exception cref="UserInputException">No such file, no header, no rows, ragged rows, stray quotes, no known encoding, or no table at all.</exception>
    public static Table Read(string path, ReadOptions? options = null)
    {
        using var stream = InputFile.Open(path);
        return Read(stream, InputFile.Name(path), options);
    }

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">The table; the stream must be able to seek.</param>
    /// <param name="source">What messages call the table.</param>
    /// <param name="options">How to read what the file does not say; the defaults if null.</param>
    /// <exception cref="UserInputException">As for a file.</exception>
    public static Table Read(Stream stream, string source, ReadOptions? options = null) => ReadParts(stream, source, int.MaxValue, options).Single();

    /// <summary>Reads a table part by part, each when it is asked for; Excel, Parquet and Arrow are read whole first.</summary>
    /// <param name="stream">The table; the stream must be able to seek.</param>
    /// <param name="source">What messages call the table.</param>
    /// <param name="rows">Rows of each part but the last.</param>
    /// <param name="options">How to read what the file does not say; the defaults if null.</param>
    /// <exception cref="UserInputException">As for a file.</exception>
    public static IEnumerable<Table> ReadParts(Stream stream, string source, int rows, ReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new ReadOptions();
        var start = InputFile.Start(stream);
        var whole = ContentKind.IsParquet(start) ? ParquetTables.Read(stream, source, options)
            : ContentKind.IsArrowFile(start) || ContentKind.IsArrowStream(start) ? ArrowTables.Read(stream, source, options)
            : ContentKind.IsWorkbook(stream, start, source) ? ExcelTables.Read(stream, source, options)
            : null;
        if (whole is null) return ReadText(stream, start, source, rows, options);
        return rows >= whole.Rows
            ? [whole]
            : Enumerable.Range(0, (whole.Rows + rows - 1) / rows)
                .Select(part => whole.Slice(part * rows, Math.Min(whole.Rows, (part + 1) * rows)));
    }

    private static IEnumerable<Table> ReadText(Stream stream, byte[] start, string source, int rows, ReadOptions options)
    {
        if (options.Encoding is null) ContentKind.RefuseOthers(start, source);
        var encoding = options.Encoding is { } name
            ? TextEncoding.Named(name)
            : TextEncoding.Find(stream, source, () => options.OtherEncoding is { } other ? TextEncoding.Named(other) : null);
        using var text = TextEncoding.IsUtf8(encoding) ? stream : TextEncoding.Recode(stream, encoding, source);
        using var reader = new RecordReader(text, source, encoding, options);
        var raw = new List<string>();
        var lines = new List<int>();
        var parts = 0;
        for (var more = true; more;)
        {
            more = reader.Next(raw);
            if (more) lines.Add(reader.Line);
            if (lines.Count > 0 && (lines.Count == rows || !more))
            {
                parts++;
                yield return Part(reader, source, raw.ToArray(), lines.ToArray(), options);
                raw.Clear();
                lines.Clear();
                reader.Comments.Clear();
            }
        }

        if (parts == 0) throw new UserInputException($"{source}: the file has a header and no rows; there is nothing to learn from or to impute.");
    }

    private static Table Part(RecordReader reader, string source, string[] raw, int[] lines, ReadOptions options)
    {
        var texts = Array.ConvertAll(raw, TableFormat.Unquote);
        var missing = Array.ConvertAll(texts, options.Missing.Contains);
        var header = Array.ConvertAll(reader.RawHeader, TableFormat.Unquote);
        List<string> notes = [.. Table.Renamed(header, reader.Names), .. FoundTokens.Mark(reader.Names, texts, missing, options)];
        if (!TextEncoding.IsUtf8(reader.Format.Encoding) && options.Encoding is null)
        {
            notes.Insert(0, $"{source} was read as {reader.Format.Encoding.WebName}, which its bytes suggest; --encoding says otherwise.");
        }
        return new Table(source, reader.Format, reader.RawHeader, raw, missing, lines)
        {
            Notes = notes,
            Comments = [.. reader.Comments],
            MissingTokens = options.Missing,
            Reading = options.Declared,
        };
    }
}
