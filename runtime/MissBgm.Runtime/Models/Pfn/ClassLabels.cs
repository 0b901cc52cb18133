using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>The classes of a training table and the class of each labelled row.</summary>
internal sealed class ClassLabels
{
    // More different numbers than this that hardly repeat are amounts, not classes.
    private const int MostNumbers = 20;
    private const int RowsOfNumber = 3;

    // Numbers with decimals are amounts sooner than whole ones.
    private const int RowsOfFraction = 10;

    private ClassLabels(string[] names, int[] rows, int[] classes) => (Names, Rows, Classes) = (names, rows, classes);

    /// <summary>The classes as they stand in the table: numbers in their order, other texts in ordinal order.</summary>
    public string[] Names { get; }

    /// <summary>The labelled rows of the table.</summary>
    public int[] Rows { get; }

    /// <summary>The class of each of <see cref="Rows"/>.</summary>
    public int[] Classes { get; }

    /// <summary>Reads the target column; rows without a label are left out.</summary>
    /// <exception cref="UserInputException">There is no such column, no label, or one class only.</exception>
    public static ClassLabels Read(Table table, string target)
    {
        var column = table.Header.ToList().IndexOf(target);
        if (column < 0)
        {
            throw new UserInputException(
                $"{table.Source}: there is no column '{target}' to predict; its columns are "
                + $"{string.Join(", ", table.Header.Take(20).Select(n => $"'{n}'"))}{(table.Columns > 20 ? ", ..." : "")}. Give one "
                + "of them as --target.");
        }

        var rows = Enumerable.Range(0, table.Rows).Where(row => !table.IsMissing(row, column)).ToArray();
        if (rows.Length == 0)
        {
            throw new UserInputException(
                $"{table.Source}: column '{target}' has no label at all; label at least two rows, of different classes.");
        }
        var texts = Array.ConvertAll(rows, row => table.Text(row, column).Trim());
        var names = texts.Distinct(StringComparer.Ordinal).ToArray();
        if (names.Length == 1)
        {
            throw new UserInputException(
                $"{table.Source}: column '{target}' holds one class only, '{names[0]}'; there is nothing to tell apart.");
        }
        if (AreAmounts(table, column, names, rows.Length))
        {
            throw new UserInputException(
                $"{table.Source}: column '{target}' holds {names.Length} different numbers in {rows.Length} rows, which are no classes; 'missbgm "
                + "predict --as number' foretells them, or cut it into classes first.");
        }

        Array.Sort(names, Order(names));
        var index = names.Select((name, k) => (name, k)).ToDictionary(p => p.name, p => p.k, StringComparer.Ordinal);
        return new ClassLabels(names, rows, Array.ConvertAll(texts, text => index[text]));
    }

    /// <summary>Whether a column is of amounts: of numbers only, many of them, that hardly repeat.</summary>
    public static bool AreAmounts(Table table, string target)
    {
        var column = table.Header.ToList().IndexOf(target);
        if (column < 0) return false;
        var texts = table.Observed(column);
        return AreAmounts(table, column, [.. texts.Select(text => text.Trim()).Distinct(StringComparer.Ordinal)], texts.Count);
    }

    private static bool AreAmounts(Table table, int column, string[] names, int rows)
    {
        var rowsOfClass = Array.TrueForAll(names, NumberText.IsWhole) ? RowsOfNumber : RowsOfFraction;
        return names.Length > MostNumbers && names.Length * rowsOfClass > rows
            && Array.TrueForAll(names, name => table.Notation(column).TryParse(name, out _));
    }

    private static IComparer<string> Order(string[] names) => Array.TrueForAll(names, name => NumberText.TryParse(name, out _))
        ? Comparer<string>.Create((a, b) => (double.Parse(a), a).CompareTo((double.Parse(b), b)))
        : StringComparer.Ordinal;
}
