namespace MissBgm.Runtime.Tables;

/// <summary>
/// Texts by which other programs mark a missing number. In a column of numbers or dates they can mean nothing else; elsewhere they may be
/// levels.
/// </summary>
internal static class FoundTokens
{
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "nan", "-nan", "+nan", "na", "n/a", "#n/a", "#na", "n.a.", "<na>", "nat", "none", "null", "nil", "(null)", "\\N", "missing", "unknown", "n.d.", "nd",
        "?", "??", ".", "..", "...", "-", "--", "---", "–", "—", "*", "**", ":",
        "1.#qnan", "-1.#ind", "1.#ind", "#null!", "#div/0!", "#value!", "#ref!", "#num!", "#name?",
    };

    /// <summary>Whether a text is one of them.</summary>
    internal static bool Contains(string text) => Known.Contains(text.Trim());

    /// <summary>Marks a table's cells that hold such a text amid numbers or dates.</summary>
    /// <param name="header">The column names.</param>
    /// <param name="cells">Row-major texts, without quotes.</param>
    /// <param name="missing">Row-major, which cells are missing; changed.</param>
    /// <param name="options">The columns known to be of numbers.</param>
    /// <returns>A note for the columns that have the same texts.</returns>
    internal static IReadOnlyList<string> Mark(IReadOnlyList<string> header, IReadOnlyList<string> cells, bool[] missing, ReadOptions options)
    {
        var marked = new List<(string Column, string Tokens, int Count)>();
        for (var column = 0; column < header.Count; column++)
        {
            var place = column;
            var observed = Enumerable.Range(0, cells.Count / header.Count).Select(row => row * header.Count + place).Where(cell => !missing[cell]).ToArray();
            var found = Array.FindAll(observed, cell => Known.Contains(cells[cell].Trim()));
            if (found.Length == 0) continue;
            var isFound = found.ToHashSet();
            var rest = observed.Where(cell => !isFound.Contains(cell)).Select(cell => cells[cell]).ToArray();
            if (!options.NumberColumns.Contains(header[column]) && (rest.Length == 0 || !Numbers(rest, options))) continue;
            foreach (var cell in found) missing[cell] = true;
            var tokens = found.Select(cell => $"'{cells[cell].Trim()}'").Distinct(StringComparer.Ordinal).Take(5);
            marked.Add((header[column], string.Join(", ", tokens), found.Length));
        }

        return [.. marked.GroupBy(column => column.Tokens).Select(columns => Note([.. columns]))];
    }

    private static string Note((string Column, string Tokens, int Count)[] columns)
    {
        var count = columns.Sum(column => column.Count);
        var cells = $"{columns[0].Tokens} counts as missing ({count} {(count == 1 ? "cell" : "cells")})";
        return columns.Length == 1
            ? $"column '{columns[0].Column}': {cells}, as all else in it is a number."
            : $"columns {Listing.Of(columns, column => $"'{column.Column}'")}: {cells}, as all else in them is a number.";
    }

    private static bool Numbers(string[] texts, ReadOptions options) =>
        NumberNotations.Find(texts, () => options.Decimal ?? '.', out _) is not null || DateNotations.Find(texts, dayFirst: false) is not null;
}
