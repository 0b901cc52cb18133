namespace MissBgm.Runtime.Tables;

/// <summary>Reads a table from CSV: UTF-8 with or without byte-order mark; comma, semicolon or tab, whichever the header line has most of.</summary>
public static class TableReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="missing">The texts that stand for a missing cell; <see cref="MissingTokens.Default"/> if not given.</param>
    /// <exception cref="UserInputException">No such file, no header, no rows, unnamed or duplicate columns, ragged rows, stray quotes, not UTF-8.</exception>
    public static Table Read(string path, MissingTokens? missing = null)
    {
        if (Directory.Exists(path)) throw new UserInputException($"{path} is a folder; name a CSV file.");
        if (!File.Exists(path)) throw new UserInputException($"{path}: no such file.");
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream, path, missing);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UserInputException($"{path}: this user may not read the file.", e);
        }
    }

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">UTF-8 text; the stream must be able to seek.</param>
    /// <param name="source">What messages call the table.</param>
    /// <param name="missing">The texts that stand for a missing cell; <see cref="MissingTokens.Default"/> if not given.</param>
    /// <exception cref="UserInputException">As for a file.</exception>
    public static Table Read(Stream stream, string source, MissingTokens? missing = null) => ReadParts(stream, source, int.MaxValue, missing).Single();

    /// <summary>Reads a table part by part, each when it is asked for.</summary>
    /// <param name="stream">UTF-8 text; the stream must be able to seek.</param>
    /// <param name="source">What messages call the table.</param>
    /// <param name="rows">Rows of each part but the last.</param>
    /// <param name="missing">The texts that stand for a missing cell; <see cref="MissingTokens.Default"/> if not given.</param>
    /// <exception cref="UserInputException">As for a file.</exception>
    public static IEnumerable<Table> ReadParts(Stream stream, string source, int rows, MissingTokens? missing = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        missing ??= MissingTokens.Default;
        using var reader = new RecordReader(stream, source);
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
                var isMissing = raw.ConvertAll(cell => missing.Contains(TableFormat.Unquote(cell)));
                yield return new Table(source, reader.Format, reader.RawHeader, raw.ToArray(), isMissing.ToArray(), lines.ToArray()) { MissingTokens = missing };
                raw.Clear();
                lines.Clear();
            }
        }

        if (parts == 0) throw new UserInputException($"{source}: the file has a header and no rows; there is nothing to learn from or to impute.");
    }
}
