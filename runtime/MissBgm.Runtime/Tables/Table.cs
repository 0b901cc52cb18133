namespace MissBgm.Runtime.Tables;

/// <summary>A table of text cells as read from a file or built in memory; immutable.</summary>
public sealed class Table
{
    private readonly string[] _raw;
    private readonly bool[] _missing;
    private readonly int[]? _lines;

    internal Table(string source, TableFormat format, string[] rawHeader, string[] raw, bool[] missing, int[]? lines)
    {
        Source = source;
        Format = format;
        RawHeader = rawHeader;
        Header = Array.ConvertAll(rawHeader, TableFormat.Unquote);
        Rows = raw.Length / rawHeader.Length;
        _raw = raw;
        _missing = missing;
        _lines = lines;
    }

    /// <summary>The file's path, or the name given in memory: messages name it.</summary>
    public string Source { get; }

    /// <summary>How the table stands in its file.</summary>
    public TableFormat Format { get; }

    /// <summary>The column names.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Number of data rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns => RawHeader.Count;

    /// <summary>Number of missing cells.</summary>
    public int MissingCells => _missing.Count(m => m);

    /// <summary>The texts that stand for a missing cell.</summary>
    public MissingTokens MissingTokens { get; internal init; } = MissingTokens.Default;

    internal IReadOnlyList<string> RawHeader { get; }

    /// <summary>A table of numbers.</summary>
    /// <param name="header">Column names.</param>
    /// <param name="values">[rows, columns]; NaN where a cell is missing.</param>
    /// <param name="name">What messages call the table.</param>
    /// <exception cref="UserInputException">No rows, no columns, a wrong width, unnamed or duplicate columns.</exception>
    public static Table FromNumbers(IReadOnlyList<string> header, double[,] values, string name = "table")
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(values);
        if (values.GetLength(1) != header.Count)
        {
            throw new UserInputException($"{name}: {header.Count} column names but {values.GetLength(1)} columns of values; give one name for each column.");
        }

        return FromText(header, values.Cast<double>().Select(v => double.IsNaN(v) ? "" : v.ToString("R")).ToArray(), MissingTokens.Default, name);
    }

    /// <summary>A table of texts.</summary>
    /// <param name="header">Column names.</param>
    /// <param name="cells">Row-major [rows, columns].</param>
    /// <param name="missing">The texts that stand for a missing cell.</param>
    /// <param name="name">What messages call the table.</param>
    /// <exception cref="UserInputException">No rows, no columns, a wrong width, unnamed or duplicate columns.</exception>
    public static Table FromText(IReadOnlyList<string> header, IReadOnlyList<string> cells, MissingTokens missing, string name = "table")
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentNullException.ThrowIfNull(missing);
        CheckHeader(name, header);
        if (cells.Count == 0 || cells.Count % header.Count != 0)
        {
            throw new UserInputException($"{name}: {cells.Count} cells do not fill rows of {header.Count} columns; give whole rows, at least one.");
        }

        var format = TableFormat.Default;
        return new Table(name, format, header.Select(format.Quote).ToArray(), cells.Select(format.Quote).ToArray(), cells.Select(missing.Contains).ToArray(), null) { MissingTokens = missing };
    }

    /// <summary>A cell's text, without quotes.</summary>
    public string Text(int row, int column) => TableFormat.Unquote(Raw(row, column));

    /// <summary>Whether a cell is missing.</summary>
    public bool IsMissing(int row, int column) => _missing[row * Columns + column];

    /// <summary>The 1-based line of the file at which a row begins (the header is line 1).</summary>
    public int Line(int row) => _lines?[row] ?? row + 2;

    /// <summary>A cell's value.</summary>
    /// <exception cref="UserInputException">The cell does not hold a finite number.</exception>
    public double Number(int row, int column)
    {
        var text = Text(row, column);
        return NumberText.TryParse(text, out var value) ? value : throw NumberText.Failure(this, row, column, text);
    }

    /// <summary>The rows from <paramref name="start"/> up to but not including <paramref name="end"/>, as a table of its own.</summary>
    public Table Slice(int start, int end) => new(
        Source, Format, RawHeader.ToArray(), _raw[(start * Columns)..(end * Columns)], _missing[(start * Columns)..(end * Columns)],
        Enumerable.Range(start, end - start).Select(Line).ToArray())
    {
        MissingTokens = MissingTokens,
    };

    /// <summary>A cell as it stands in the file, with its quotes and blanks.</summary>
    internal string Raw(int row, int column) => _raw[row * Columns + column];

    internal static void CheckHeader(string source, IReadOnlyList<string> header)
    {
        if (header.Count == 0) throw new UserInputException($"{source}: the table has no columns.");
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i].Trim().Length == 0)
            {
                throw new UserInputException($"{source}: column {i + 1} has no name; name it, or leave it out (a row index written by pandas: index=False).");
            }

            if (!seen.TryAdd(header[i], i))
            {
                throw new UserInputException($"{source}: columns {seen[header[i]] + 1} and {i + 1} are both named '{header[i]}'; give each column its own name.");
            }
        }
    }
}
