namespace MissBgm.Runtime.Tables;

/// <summary>
/// A look at all of a table's rows, of which none is kept: how many there are, and whether some of them can be read for themselves. What a column's texts mean
/// hangs on all of them where they are not written as in the training table, or where a text such as <c>?</c> may stand for a missing cell.
/// </summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Number of columns.</param>
/// <param name="PartsStandAlone">Whether any rows mean by themselves what they mean amid the others.</param>
internal readonly record struct TableScan(int Rows, int Columns, bool PartsStandAlone)
{
    /// <summary>Reads a table to its end.</summary>
    /// <param name="reader">It, at its first row.</param>
    /// <param name="schema">The model's columns; others are carried through, whatever their texts mean.</param>
    /// <param name="options">What stands for a missing cell.</param>
    /// <exception cref="UserInputException">A row is at fault.</exception>
    internal static TableScan Of(RecordReader reader, TableSchema schema, ReadOptions options)
    {
        ColumnSchema?[] columns = [.. reader.Names.Select(name => schema.Columns.FirstOrDefault(column => column.Name == name))];
        var fields = new PackedTexts();
        var (rows, alone) = (0, true);
        for (; reader.Next(fields); rows++)
        {
            for (var column = 0; alone && column < columns.Length; column++)
            {
                alone = columns[column] is not { } known || IsNumber(fields.Bytes(column), known)
                    || IsPlain(TableFormat.Unquote(fields[column]), known, options);
            }

            fields.Truncate(0);
        }

        return new TableScan(rows, columns.Length, alone);
    }

    // What most cells are.
    private static bool IsNumber(ReadOnlySpan<byte> field, ColumnSchema column) =>
        !column.IsDiscrete && (column.Notation ?? Notation.Plain).IsPlain && NumberText.TryParse(field, out _);

    private static bool IsPlain(string text, ColumnSchema column, ReadOptions options)
    {
        if (options.Missing.Contains(text)) return true;
        if (FoundTokens.Contains(text)) return false;
        return column.IsDiscrete || (column.Notation ?? Notation.Plain).TryParse(text, out _);
    }
}
