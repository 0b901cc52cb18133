namespace MissBgm.Runtime.Tables;

/// <summary>The value of an observed cell as its column's schema has it: a number within the column's bounds, or a level's number.</summary>
internal static class CellValue
{
    /// <summary>The number in a cell.</summary>
    /// <exception cref="UserInputException">The cell holds no finite number, or one out of the column's bounds.</exception>
    internal static double Number(Table table, int row, int column, ColumnSchema schema)
    {
        _ = table.Notation(column, schema.Notation ?? Notation.Plain);
        var value = table.Number(row, column);
        if (value < schema.LowerBound) throw Outside("below", "minimum", schema.LowerBound.Value);
        if (value > schema.UpperBound) throw Outside("above", "maximum", schema.UpperBound.Value);
        return value;

        UserInputException Outside(string side, string bound, double limit) => new(
            $"{table.Source}, line {table.Line(row)}, column '{schema.Name}': {table.Text(row, column).Trim()} is {side} {limit}, "
            + $"the column's declared {bound}; correct it or leave it empty, or declare another {bound} and fit again.");
    }

    /// <summary>The number of the level in a cell.</summary>
    /// <exception cref="UserInputException">The cell holds no level of the column.</exception>
    internal static double Level(Table table, int row, int column, ColumnSchema schema, LevelNumbers numbers)
    {
        var level = numbers.Find(table.Text(row, column));
        return level >= 0
            ? level
            : throw new UserInputException(
                $"{table.Source}, line {table.Line(row)}, column '{schema.Name}': '{table.Text(row, column).Trim()}' is not a "
                + $"level of the column; allowed: {Listed(schema.Levels!, 20)}. Correct it or leave it empty; a new level needs a "
                + "new fit.");
    }

    /// <summary>Names levels, at most so many.</summary>
    internal static string Listed(IReadOnlyList<string> levels, int most) =>
        string.Join(", ", levels.Take(most).Select(level => $"'{level}'")) + (levels.Count > most ? $" and {levels.Count - most} more" : "");
}
