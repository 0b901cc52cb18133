using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// Reads a table from CSV (comma, semicolon, tab or bar, whichever the header line has most of; packed with gzip or Zstandard or not),
/// Excel (.xlsx), Parquet or Arrow. Which of them it is the bytes tell, not the name.
/// </summary>
public static class TableReader
{
    // Parts of a table end at multiples of so many rows, as chunks do.
    private const int Block = 512;
    private const int PartCells = 1 << 21;

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
        var whole = Whole(stream, start, source, options);
        if (whole is null) return Nonempty(ReadText(stream, start, source, (0, int.MaxValue), rows, options), source).Select(part => part.Table);
        return rows >= whole.Rows
            ? [whole]
            : Enumerable.Range(0, (whole.Rows + rows - 1) / rows)
                .Select(part => whole.Slice(part * rows, Math.Min(whole.Rows, (part + 1) * rows)));
    }

    /// <summary>Reads some of a table's rows, drawn at random without replacement, in their order; of a text no others are kept.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">How many; a table that has no more is read whole.</param>
    /// <param name="seed">Seed of the draw; equal seeds draw equal rows.</param>
    /// <param name="options">How to read what the file does not say; the defaults if null.</param>
    /// <exception cref="UserInputException">As for a file, or no row is asked for.</exception>
    public static Table ReadSample(string path, int rows, ulong seed, ReadOptions? options = null)
    {
        if (rows < 2) throw new UserInputException($"--sample-rows is {rows}; allowed is at least 2.");
        options ??= new ReadOptions();
        using var stream = InputFile.Open(path);
        var source = InputFile.Name(path);
        var start = InputFile.Start(stream);
        var sample = new RowSample(rows, seed);
        if (Whole(stream, start, source, options) is { } whole)
        {
            for (var row = 0; row < whole.Rows; row++) sample.Offer(row, () => []);
            return whole.Rows <= rows ? whole : whole.Select([.. sample.Rows]).With([.. whole.Notes, sample.Note]);
        }

        using var reader = Records(stream, start, source, options);
        var fields = new PackedTexts();
        var lines = new Dictionary<int, int>();
        for (var row = 0; reader.Next(fields); row++)
        {
            if (sample.Offer(row, () => [.. fields]) is { } dropped) lines.Remove(dropped);
            if (sample.Holds(row)) lines[row] = reader.Line;
            fields.Truncate(0);
        }

        if (lines.Count == 0) throw Empty(source);
        reader.Comments.Clear();
        foreach (var text in sample.Texts) fields.Add(TextEncoding.Utf8.GetBytes(text));
        var table = Part(reader, source, fields, [.. sample.Rows.Select(row => lines[row])], options);
        return sample.IsWhole ? table : table.With([.. table.Notes, sample.Note]);
    }

    /// <summary>
    /// Reads the rows that are asked for part by part, as far as these rows mean by themselves what they mean amid all; otherwise, and where the table is
    /// not text, all rows at once.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">The columns of the model that the table is for.</param>
    /// <param name="range">Given the number of all rows, the first that is asked for and the one after the last.</param>
    /// <param name="options">How to read what the file does not say; the defaults if null.</param>
    /// <param name="partRows">Rows of a part, a multiple of 512; if null, some two million cells.</param>
    /// <exception cref="UserInputException">As for a file.</exception>
    public static TableParts ReadRows(
        string path, TableSchema schema, Func<int, (int First, int End)> range, ReadOptions? options = null, int? partRows = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(range);
        options ??= new ReadOptions();
        var source = InputFile.Name(path);
        var stream = InputFile.Open(path);
        try
        {
            var start = InputFile.Start(stream);
            if (Whole(stream, start, source, options) is { } whole) return TableParts.Whole(whole, range);
            var scan = Scan(stream, start, source, schema, options);
            stream.Position = 0;
            if (!scan.PartsStandAlone) return TableParts.Whole(Read(stream, source, options), range);
            var (first, end) = range(scan.Rows);
            var rows = partRows ?? Math.Max(Block, PartCells / scan.Columns / Block * Block);
            var parts = ReadText(stream, start, source, (first, end), rows, options, standsAlone: true).Select(part => Declared(part, schema));
            return new TableParts(scan.Rows, first, end, (end - 1) / rows - first / rows + 1, parts, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // A part that stands alone is written as the training table.
    private static TablePart Declared(TablePart part, TableSchema schema)
    {
        for (var place = 0; place < part.Table.Columns; place++)
        {
            var known = schema.Columns.FirstOrDefault(column => column.Name == part.Table.Header[place]);
            if (known is { IsDiscrete: false }) part.Table.Declare(place, known.Notation ?? Notation.Plain);
        }

        return part;
    }

    private static TableScan Scan(Stream stream, byte[] start, string source, TableSchema schema, ReadOptions options)
    {
        using var reader = Records(stream, start, source, options);
        var scan = TableScan.Of(reader, schema, options);
        return scan.Rows > 0 ? scan : throw Empty(source);
    }

    // What is not text is read whole.
    private static Table? Whole(Stream stream, byte[] start, string source, ReadOptions options) =>
        ContentKind.IsParquet(start) ? ParquetTables.Read(stream, source, options)
        : ContentKind.IsArrowFile(start) || ContentKind.IsArrowStream(start) ? ArrowTables.Read(stream, source, options)
        : ContentKind.IsWorkbook(stream, start, source) ? ExcelTables.Read(stream, source, options)
        : null;

    private static RecordReader Records(Stream stream, byte[] start, string source, ReadOptions options)
    {
        if (options.Encoding is null) ContentKind.RefuseOthers(start, source);
        var encoding = options.Encoding is { } name
            ? TextEncoding.Named(name)
            : TextEncoding.Find(stream, source, () => options.OtherEncoding is { } other ? TextEncoding.Named(other) : null);
        return new RecordReader(TextEncoding.IsUtf8(encoding) ? stream : TextEncoding.Recode(stream, encoding, source), source, encoding, options);
    }

    private static UserInputException Empty(string source) =>
        new($"{source}: the file has a header and no rows; there is nothing to learn from or to impute.");

    // The rows from first to end, in parts that end at multiples of so many rows of the table.
    private static IEnumerable<TablePart> ReadText(
        Stream stream, byte[] start, string source, (int First, int End) asked, int rows, ReadOptions options, bool standsAlone = false)
    {
        using var reader = Records(stream, start, source, options);
        var raw = new PackedTexts();
        for (var row = 0; row < asked.First && reader.Next(raw); row++) raw.Truncate(0);
        if (asked.First > 0) reader.Comments.Clear();
        var lines = new List<int>();
        for (var (offset, more) = (asked.First, true); more;)
        {
            more = offset + lines.Count < asked.End && reader.Next(raw);
            if (more) lines.Add(reader.Line);
            if (lines.Count == 0 || (more && (offset + lines.Count) % rows != 0)) continue;
            yield return new TablePart(Part(reader, source, raw, lines.ToArray(), options, standsAlone), offset);
            offset += lines.Count;
            raw = new PackedTexts();
            lines.Clear();
            reader.Comments.Clear();
        }
    }

    private static IEnumerable<TablePart> Nonempty(IEnumerable<TablePart> parts, string source)
    {
        var count = 0;
        foreach (var part in parts)
        {
            count++;
            yield return part;
        }

        if (count == 0) throw Empty(source);
    }

    private static Table Part(RecordReader reader, string source, PackedTexts raw, int[] lines, ReadOptions options, bool standsAlone = false)
    {
        var missing = new bool[raw.Count];
        for (var i = 0; i < missing.Length; i++) missing[i] = options.Missing.ContainsField(raw.Bytes(i));
        var header = Array.ConvertAll(reader.RawHeader, TableFormat.Unquote);
        List<string> notes = [.. Table.Renamed(header, reader.Names)];
        // In a part that stands alone there is none in a column of the model's.
        if (!standsAlone) notes.AddRange(FoundTokens.Mark(reader.Names, new TextRange(raw, 0, raw.Count, TableFormat.Unquote), missing, options));
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
