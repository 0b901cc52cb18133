namespace MissBgm.Runtime.Tables;

/// <summary>Finds how the numbers of a table's columns are written: each column for itself, and by the others where it leaves the decimal mark open.</summary>
internal static class TableNotations
{
    // Rows that are looked at for the decimal mark of the table.
    private const int Sample = 1000;

    /// <summary>A column's notation, if all of its observed cells are numbers or dates in one.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="open">Whether 1,234 might as well be 1.234 by all that the column says.</param>
    internal static Notation? Find(Table table, int column, out bool open) => Find(table, table.Observed(column), out open);

    /// <summary>A column's notation; where some cells are no numbers, that of most others.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="known">The training table's, which is kept wherever it fits.</param>
    internal static Notation Of(Table table, int column, Notation? known)
    {
        var texts = table.Observed(column);
        if (known is not null && texts.All(text => known.TryParse(text, out _))) return known;
        if (Find(table, texts, out _) is { } own && (known is null || known.IsDate == own.IsDate)) return own;
        if (known is not null) return known;
        // A few cells are at fault: they must not hide how the rest is written.
        var numbers = texts.Where(text => NumberParts.Of(text) is not null).ToArray();
        var group = numbers.GroupBy(text => NumberParts.Of(text) is { } part ? (part.Prefix.Trim(), part.Suffix.Trim()) : default)
            .OrderByDescending(g => g.Count()).FirstOrDefault();
        string[] alike = [.. group ?? Enumerable.Empty<string>()];
        return Find(table, alike, out _) ?? Notation.Plain;
    }

    private static Notation? Find(Table table, IReadOnlyList<string> texts, out bool open)
    {
        open = false;
        if (texts.Count == 0) return null;
        if (DateNotations.Find(texts, DayFirst(table)) is { } dates) return dates;
        return NumberNotations.Find(texts, () => Mark(table), out open);
    }

    // A semicolon stands between fields where the comma has another use.
    private static char Mark(Table table) => table.Reading.Decimal
        ?? NumberNotations.Mark(Enumerable.Range(0, table.Columns).Select(column => Head(table, column)))
        ?? (table.Format.Delimiter == ';' ? ',' : '.');

    private static bool DayFirst(Table table) => table.Reading.Decimal == ',' || table.Format.Delimiter == ';';

    private static string[] Head(Table table, int column) =>
        [.. Enumerable.Range(0, table.Rows).Where(row => !table.IsMissing(row, column)).Take(Sample).Select(row => table.Text(row, column))];
}
