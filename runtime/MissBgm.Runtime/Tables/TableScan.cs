namespace MissBgm.Runtime.Tables;

/// <summary>
/// A look at all of a table's rows, of which none is kept: how many there are, and whether some of them can be read for themselves. What a column's texts mean
/// hangs on all of them where they are not written as in the training table, or where a text such as <c>?</c> may stand for a missing cell.
/// </summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="PartsStandAlone">Whether any rows mean by themselves what they mean amid the others.</param>
internal readonly record struct TableScan(int Rows, bool PartsStandAlone)
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
                alone = columns[column] is not { } known || IsPlain(TableFormat.Unquote(fields[column]), known, options);
            }

            fields.Truncate(0);
        }

        return new TableScan(rows, alone);
    }

    private static bool IsPlain(string text, ColumnSchema column, ReadOptions options)
    {
        if (options.Missing.Contains(text)) return true;
        if (FoundTokens.Contains(text)) return false;
        return column.IsDiscrete || (column.Notation ?? Notation.Plain).TryParse(text, out _);
    }
}

/// <summary>Some rows of a table, or all of them.</summary>
/// <param name="Table">The rows that were read.</param>
/// <param name="Offset">Which row of the whole the first of them is.</param>
/// <param name="TotalRows">Rows of the whole.</param>
public sealed record TablePart(Table Table, int Offset, int TotalRows);
