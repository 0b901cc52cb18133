namespace MissBgm.Runtime.Tables;

/// <summary>
/// The rows of a table that are asked for, part by part: each is read when its turn comes, and the one before can be let go of. A part begins and ends at
/// multiples of 512 rows of the whole table, but for the first and the last.
/// </summary>
public sealed class TableParts : IDisposable
{
    private readonly IDisposable? _source;

    /// <param name="totalRows">Rows of the whole table.</param>
    /// <param name="first">The first row that is asked for.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="count">How many parts there are.</param>
    /// <param name="all">The parts, read as they are enumerated, once.</param>
    /// <param name="source">What they are read from, closed with this.</param>
    internal TableParts(int totalRows, int first, int end, int count, IEnumerable<TablePart> all, IDisposable? source = null) =>
        (TotalRows, First, End, Count, All, _source) = (totalRows, first, end, count, all, source);

    /// <summary>Rows of the whole table.</summary>
    public int TotalRows { get; }

    /// <summary>The first row that is asked for.</summary>
    public int First { get; }

    /// <summary>The row after the last that is asked for.</summary>
    public int End { get; }

    /// <summary>How many parts there are.</summary>
    public int Count { get; }

    /// <summary>The parts, each read when it is asked for; they are enumerated once.</summary>
    public IEnumerable<TablePart> All { get; }

    /// <summary>One part, which has at least the rows that are asked for: the whole table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="range">Given the number of its rows, the first that is asked for and the one after the last.</param>
    public static TableParts Whole(Table table, Func<int, (int First, int End)> range)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(range);
        var (first, end) = range(table.Rows);
        return new TableParts(table.Rows, first, end, 1, [new TablePart(table, 0)]);
    }

    /// <inheritdoc />
    public void Dispose() => _source?.Dispose();
}

/// <summary>Some rows of a table, or all of them.</summary>
/// <param name="Table">The rows that were read.</param>
/// <param name="Offset">Which row of the whole the first of them is.</param>
public sealed record TablePart(Table Table, int Offset);
