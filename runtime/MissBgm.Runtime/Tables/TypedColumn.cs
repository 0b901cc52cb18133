namespace MissBgm.Runtime.Tables;

/// <summary>What a column's values are in a file that has types.</summary>
internal enum ValueType
{
    Text,
    Boolean,
    Integer,
    Real,
    Date,
}

/// <summary>The texts of a column that is to be written with a type; null where a cell is missing.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Texts">Its cells.</param>
internal sealed record TypedColumn(string Name, string?[] Texts)
{
    /// <summary>The type that holds all of the texts without loss, for a column whose file had none.</summary>
    internal ValueType Guess()
    {
        var observed = Texts.OfType<string>().ToArray();
        if (observed.Length == 0) return ValueType.Text;
        // 007 is a code.
        if (Array.TrueForAll(
            observed, text => NumberText.IsWhole(text) && long.TryParse(text, out _) && (text.Length == 1 || text[0] != '0')))
        {
            return ValueType.Integer;
        }
        if (Array.TrueForAll(
            observed, text => NumberText.TryParse(text, out _) && !(text.Length > 1 && text[0] == '0' && char.IsAsciiDigit(text[1]))))
        {
            return ValueType.Real;
        }
        return Array.TrueForAll(observed, text => DateNotations.TryParse(text, "yyyy-MM-dd", out _)) ? ValueType.Date : ValueType.Text;
    }

    /// <summary>A table's columns from a row up to another, with text in place of missing cells.</summary>
    internal static TypedColumn[] Of(Table table, Func<int, int, string?> imputed, int start, int end) =>
        [.. Enumerable.Range(0, table.Columns).Select(column => new TypedColumn(
            table.Header[column],
            [.. Enumerable.Range(start, end - start).Select(row => Cell(table, imputed, row, column))]))];

    // A field of nothing is missing, a quoted one an empty text.
    private static string? Cell(Table table, Func<int, int, string?> imputed, int row, int column)
    {
        if (table.IsMissing(row, column) && imputed(row, column) is { } text) return TableFormat.Unquote(text);
        var raw = table.Raw(row, column);
        return raw.Length == 0 || (table.IsMissing(row, column) && table.Types is null) ? null : TableFormat.Unquote(raw);
    }
}

/// <summary>Builds a table of columns with types: a missing value is a field of nothing, an empty text a quoted one.</summary>
internal static class TypedTable
{
    /// <summary>Builds the table.</summary>
    /// <param name="source">What messages call it.</param>
    /// <param name="names">The columns' names.</param>
    /// <param name="columns">The columns' cells, null where missing.</param>
    /// <param name="types">The file's types, to be written again.</param>
    /// <param name="options">How to read what the file does not say.</param>
    /// <exception cref="UserInputException">No columns or no rows.</exception>
    internal static Table Build(string source, string[] names, IReadOnlyList<IReadOnlyList<string?>> columns, StoredTypes? types, ReadOptions options)
    {
        if (names.Length == 0) throw new UserInputException($"{source}: the table has no columns.");
        var rows = columns[0].Count;
        if (rows == 0) throw new UserInputException($"{source}: the table has no rows; there is nothing to learn from or to impute.");
        var header = Table.Named(source, names);
        var raw = new string[rows * names.Length];
        var missing = new bool[raw.Length];
        for (var i = 0; i < raw.Length; i++)
        {
            var cell = columns[i % names.Length][i / names.Length];
            raw[i] = cell is null ? "" : cell.Length == 0 ? "\"\"" : TableFormat.Default.Quote(cell);
            missing[i] = cell is null || options.Missing.Contains(cell);
        }

        string[] notes = [.. Table.Renamed(names, header), .. FoundTokens.Mark(header, Array.ConvertAll(raw, TableFormat.Unquote), missing, options)];
        return new Table(source, TableFormat.Default, Array.ConvertAll(names, TableFormat.Default.Quote), raw, missing, null)
        {
            Notes = notes,
            MissingTokens = options.Missing,
            Reading = options.Declared,
            Types = types,
        };
    }
}
