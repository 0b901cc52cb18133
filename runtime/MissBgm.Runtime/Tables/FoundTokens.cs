namespace MissBgm.Runtime.Tables;

/// <summary>Texts by which other programs mark a missing number. In a column of numbers or dates they can mean nothing else; elsewhere they may be levels.</summary>
internal static class FoundTokens
{
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "nan", "-nan", "+nan", "na", "n/a", "#n/a", "#na", "n.a.", "<na>", "nat", "none", "null", "nil", "(null)", "\\N", "missing", "unknown", "n.d.", "nd",
        "?", "??", ".", "..", "...", "-", "--", "---", "–", "—", "*", "**", ":",
        "1.#qnan", "-1.#ind", "1.#ind", "#null!", "#div/0!", "#value!", "#ref!", "#num!", "#name?",
    };

    /// <summary>Marks a table's cells that hold such a text amid numbers or dates.</summary>
    /// <param name="header">The column names.</param>
    /// <param name="cells">Row-major texts, without quotes.</param>
    /// <param name="missing">Row-major, which cells are missing; changed.</param>
    /// <param name="options">The columns known to be of numbers.</param>
    /// <returns>A note for each column in which there are any.</returns>
    internal static IReadOnlyList<string> Mark(IReadOnlyList<string> header, IReadOnlyList<string> cells, bool[] missing, ReadOptions options)
    {
        var notes = new List<string>();
        for (var column = 0; column < header.Count; column++)
        {
            var observed = Enumerable.Range(0, cells.Count / header.Count).Select(row => row * header.Count + column).Where(cell => !missing[cell]).ToArray();
            var found = Array.FindAll(observed, cell => Known.Contains(cells[cell].Trim()));
            if (found.Length == 0) continue;
            var rest = observed.Except(found).Select(cell => cells[cell]).ToArray();
            var numbers = options.NumberColumns.Contains(header[column]) || (rest.Length > 0 && Numbers(rest, options));
            var tokens = string.Join(", ", found.Select(cell => $"'{cells[cell].Trim()}'").Distinct(StringComparer.Ordinal).Take(5));
            if (!numbers) continue;
            foreach (var cell in found) missing[cell] = true;
            notes.Add($"column '{header[column]}': {tokens} counts as missing ({found.Length} {(found.Length == 1 ? "cell" : "cells")}), as all else in it is a number.");
        }

        return notes;
    }

    private static bool Numbers(string[] texts, ReadOptions options) =>
        NumberNotations.Find(texts, () => options.Decimal ?? '.', out _) is not null || DateNotations.Find(texts, dayFirst: false) is not null;
}
