namespace MissBgm.Runtime.Tables;

/// <summary>A table of text cells as read from a file or built in memory; immutable.</summary>
public sealed class Table
{
    // The cells' texts, or numbers of which a text is made when it is asked for.
    private readonly IReadOnlyList<string> _raw;
    private readonly NumberCells? _numbers;
    private readonly bool[] _missing;
    private readonly int[]? _lines;
    private readonly Notation?[] _notations;

    internal Table(string source, TableFormat format, string[] rawHeader, IReadOnlyList<string> raw, bool[] missing, int[]? lines)
    {
        Source = source;
        Format = format;
        RawHeader = rawHeader;
        Header = Named(source, Array.ConvertAll(rawHeader, TableFormat.Unquote));
        Rows = missing.Length / rawHeader.Length;
        _raw = raw;
        _missing = missing;
        _lines = lines;
        _notations = new Notation?[rawHeader.Length];
    }

    internal Table(string source, IReadOnlyList<string> header, NumberCells numbers)
        : this(source, TableFormat.Default, [.. header.Select(TableFormat.Default.Quote)], [], numbers.Missing(), null) =>
        _numbers = numbers;

    /// <summary>The file's path, or the name given in memory: messages name it.</summary>
    public string Source { get; }

    /// <summary>How the table stands in its file.</summary>
    public TableFormat Format { get; }

    /// <summary>The column names; a column without one is called as pandas calls it, <c>Unnamed: 0</c>.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Number of data rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns => RawHeader.Count;

    /// <summary>Number of missing cells.</summary>
    public int MissingCells => _missing.Count(m => m);

    /// <summary>The texts that stand for a missing cell.</summary>
    public MissingTokens MissingTokens { get; internal init; } = MissingTokens.Default;

    /// <summary>What was said about how the table is to be read.</summary>
    public DeclaredReading Reading { get; internal init; } = new();

    /// <summary>What was decided in reading that the file does not say.</summary>
    public IReadOnlyList<string> Notes { get; internal init; } = [];

    internal IReadOnlyList<string> RawHeader { get; }

    /// <summary>Comment lines amid the rows, each with the number of rows before it.</summary>
    internal IReadOnlyList<(int Rows, string Text)> Comments { get; init; } = [];

    /// <summary>The types of the file's columns, to be written again; null for text and Excel.</summary>
    internal StoredTypes? Types { get; init; }

    /// <summary>A table of numbers.</summary>
    /// <param name="header">Column names.</param>
    /// <param name="values">[rows, columns]; NaN where a cell is missing.</param>
    /// <param name="name">What messages call the table.</param>
    /// <exception cref="UserInputException">No rows, no columns, or a wrong width.</exception>
    public static Table FromNumbers(IReadOnlyList<string> header, double[,] values, string name = "table")
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(values);
        _ = Named(name, header);
        if (values.GetLength(1) != header.Count)
        {
            throw new UserInputException($"{name}: {header.Count} column names but {values.GetLength(1)} columns of values; give one name for each column.");
        }

        if (values.Length == 0) throw new UserInputException($"{name}: the table has no rows; give at least one.");
        var cells = new double[values.Length];
        Buffer.BlockCopy(values, 0, cells, 0, cells.Length * sizeof(double));
        return new Table(name, header, new NumberCells(cells, new IReadOnlyList<string>?[header.Count]));
    }

    /// <summary>A table of a fitted model's columns, the levels by number: no cell becomes text.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="values">Row-major [rows, columns], the columns in the schema's order: numbers, in discrete columns the level's number
    /// from 0; NaN where a cell is missing.</param>
    /// <param name="name">What messages call the table.</param>
    /// <exception cref="UserInputException">The values do not fill rows, or a number is none of a level.</exception>
    public static Table FromCodes(TableSchema schema, ReadOnlySpan<double> values, string name = "table")
    {
        ArgumentNullException.ThrowIfNull(schema);
        string[] names = [.. schema.Columns.Select(column => column.Name)];
        if (values.Length == 0 || values.Length % names.Length != 0)
        {
            throw new UserInputException(
                $"{name}: {values.Length} values do not fill rows of the model's {names.Length} columns; give whole rows, at least one.");
        }

        var cells = new NumberCells(values.ToArray(), [.. schema.Columns.Select(column => column.Levels)]);
        cells.RequireLevels(names, name);
        return new Table(name, names, cells);
    }

    /// <summary>A table of texts.</summary>
    /// <param name="header">Column names.</param>
    /// <param name="cells">Row-major [rows, columns].</param>
    /// <param name="missing">The texts that stand for a missing cell.</param>
    /// <param name="name">What messages call the table.</param>
    /// <exception cref="UserInputException">No rows, no columns, or a wrong width.</exception>
    public static Table FromText(IReadOnlyList<string> header, IReadOnlyList<string> cells, MissingTokens missing, string name = "table")
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentNullException.ThrowIfNull(missing);
        _ = Named(name, header);
        if (cells.Count == 0 || cells.Count % header.Count != 0)
        {
            throw new UserInputException($"{name}: {cells.Count} cells do not fill rows of {header.Count} columns; give whole rows, at least one.");
        }

        var format = TableFormat.Default;
        string[] Quoted(IReadOnlyList<string> texts) => [.. texts.Select(format.Quote)];
        return new Table(name, format, Quoted(header), Quoted(cells), [.. cells.Select(missing.Contains)], null) { MissingTokens = missing };
    }

    /// <summary>A cell's text, without quotes.</summary>
    public string Text(int row, int column) => TableFormat.Unquote(Raw(row, column));

    /// <summary>Whether a cell is missing.</summary>
    public bool IsMissing(int row, int column) => _missing[row * Columns + column];

    /// <summary>The 1-based line of the file at which a row begins (the header is line 1).</summary>
    public int Line(int row) => _lines?[row] ?? row + 2;

    /// <summary>A cell's value: a number, however its column writes numbers, or days since 1970-01-01 of a date.</summary>
    /// <exception cref="UserInputException">The cell does not hold a finite number.</exception>
    public double Number(int row, int column)
    {
        if (_numbers?.Number(row, column) is { } number)
        {
            return double.IsFinite(number) ? number : throw NumberText.Failure(this, row, column, Text(row, column));
        }

        var notation = Notation(column);
        double value;
        if (notation.IsPlain && _raw is PackedTexts packed && NumberText.TryParse(packed.Bytes(row * Columns + column), out value)) return value;
        var text = Text(row, column);
        return notation.TryParse(text, out value) ? value : throw NumberText.Failure(this, row, column, text);
    }

    /// <summary>How a column's numbers are written, as far as they are numbers.</summary>
    /// <param name="column">The column.</param>
    /// <param name="known">How they were in the training table, which decides where the column leaves it open.</param>
    internal Notation Notation(int column, Notation? known = null) =>
        _numbers is not null ? Tables.Notation.Plain : _notations[column] ??= TableNotations.Of(this, column, known);

    /// <summary>Says how a column's numbers are written, whatever its texts might be read as.</summary>
    internal void Declare(int column, Notation notation) => _notations[column] = notation;

    /// <summary>The observed cells' texts of a column.</summary>
    internal ObservedTexts Observed(int column) => new(this, column);

    /// <summary>The rows from <paramref name="start"/> up to but not including <paramref name="end"/>, as a table of its own.</summary>
    public Table Slice(int start, int end) => _numbers is { } numbers ? new(Source, Header, numbers.Slice(start, end)) : new(
        Source, Format, RawHeader.ToArray(), new TextRange(_raw, start * Columns, (end - start) * Columns), _missing[(start * Columns)..(end * Columns)],
        Enumerable.Range(start, end - start).Select(Line).ToArray())
    {
        MissingTokens = MissingTokens,
        Reading = Reading,
        Types = Types,
        Comments = [.. Comments.Where(comment => comment.Rows >= start && comment.Rows < end).Select(comment => (comment.Rows - start, comment.Text))],
    };

    /// <summary>Chosen rows, in the order given, as a table of its own.</summary>
    internal Table Select(IReadOnlyList<int> rows) => new(
        Source, Format, RawHeader.ToArray(), [.. rows.SelectMany(row => new TextRange(_raw, row * Columns, Columns))],
        [.. rows.SelectMany(row => _missing[(row * Columns)..((row + 1) * Columns)])], [.. rows.Select(Line)])
    {
        MissingTokens = MissingTokens,
        Reading = Reading,
    };

    /// <summary>The same table with other notes.</summary>
    internal Table With(IReadOnlyList<string> notes) => _numbers is { } numbers
        ? new(Source, Header, numbers) { Notes = notes, MissingTokens = MissingTokens, Reading = Reading }
        : new(Source, Format, RawHeader.ToArray(), _raw, _missing, _lines)
        {
            Notes = notes,
            MissingTokens = MissingTokens,
            Reading = Reading,
            Types = Types,
            Comments = Comments,
        };

    /// <summary>A cell as it stands in the file, with its quotes and blanks.</summary>
    internal string Raw(int row, int column) => _numbers is { } numbers ? Format.Quote(numbers.Text(row, column)) : _raw[row * Columns + column];

    /// <summary>The columns' names, with names for those that have none, and a number for those that have another's, as pandas gives them.</summary>
    /// <exception cref="UserInputException">No columns.</exception>
    internal static string[] Named(string source, IReadOnlyList<string> header)
    {
        if (header.Count == 0) throw new UserInputException($"{source}: the table has no columns.");
        var names = header.Select((name, i) => name.Trim().Length == 0 ? $"Unnamed: {i}" : name).ToArray();
        var taken = names.ToHashSet(StringComparer.Ordinal);
        if (taken.Count == names.Length) return names;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. names.Select(name => seen.Add(name) ? name : Enumerable.Range(1, names.Length).Select(i => $"{name}.{i}").First(taken.Add))];
    }

    /// <summary>Says which columns are called otherwise than the file calls them because another has their name.</summary>
    /// <param name="header">The names in the file.</param>
    /// <param name="names">What they are called.</param>
    internal static IEnumerable<string> Renamed(IReadOnlyList<string> header, IReadOnlyList<string> names)
    {
        var renamed = Enumerable.Range(0, names.Count).Where(i => header[i].Trim().Length > 0 && header[i] != names[i]).ToArray();
        if (renamed.Length == 0) yield break;
        yield return $"columns of one name: {Listing.Of(renamed, i => $"column {i + 1}, '{header[i]}', is called '{names[i]}'")}.";
    }
}
