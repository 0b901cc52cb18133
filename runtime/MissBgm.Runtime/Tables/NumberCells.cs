namespace MissBgm.Runtime.Tables;

/// <summary>The cells of a table that was given as numbers: none becomes text unless it is asked for as one.</summary>
/// <param name="Values">Row-major [rows, columns]; NaN where a cell is missing; in columns of levels the level's number from 0.</param>
/// <param name="Levels">For each column the texts of its levels, or null if the column is of numbers.</param>
internal sealed record NumberCells(double[] Values, IReadOnlyList<string>?[] Levels)
{
    private int Columns => Levels.Length;

    /// <summary>A cell's number; null in a column of levels.</summary>
    internal double? Number(int row, int column) => Levels[column] is null ? Values[row * Columns + column] : null;

    /// <summary>A cell as text; empty where it is missing.</summary>
    internal string Text(int row, int column)
    {
        var value = Values[row * Columns + column];
        if (double.IsNaN(value)) return "";
        return Levels[column] is { } levels ? levels[(int)value] : value.ToString("R");
    }

    /// <summary>Which cells are missing, [rows, columns].</summary>
    internal bool[] Missing() => Array.ConvertAll(Values, double.IsNaN);

    /// <summary>Some of the rows.</summary>
    internal NumberCells Slice(int start, int end) => this with { Values = Values[(start * Columns)..(end * Columns)] };

    /// <summary>Checks that the numbers in columns of levels are numbers of their levels.</summary>
    /// <param name="names">The columns' names.</param>
    /// <param name="source">What messages call the table.</param>
    /// <exception cref="UserInputException">One is not; the message names row and column.</exception>
    internal void RequireLevels(IReadOnlyList<string> names, string source)
    {
        for (var i = 0; i < Values.Length; i++)
        {
            if (double.IsNaN(Values[i]) || Levels[i % Columns] is not { } levels) continue;
            if (Values[i] == Math.Floor(Values[i]) && Values[i] >= 0 && Values[i] < levels.Count) continue;
            throw new UserInputException(
                $"{source}: data row {i / Columns}, column '{names[i % Columns]}': {Values[i]} is no number of a level; allowed is "
                + $"0 to {levels.Count - 1} ({CellValue.Listed(levels, 20)}), or NaN.");
        }
    }
}
