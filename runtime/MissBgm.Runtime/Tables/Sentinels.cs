namespace MissBgm.Runtime.Tables;

/// <summary>Finds numbers that look like codes for a missing value, such as -999 amid ages: they are taken as numbers, and pointed out.</summary>
public static class Sentinels
{
    private const int FewestCells = 2;
    private static readonly double[] Codes =
    [
        -1, -8, -9, -88, -98, -99, -888, -998, -999, -9998, -9999, -99999, -999999, 88, 98, 99, 888, 998, 999, 9998, 9999, 99999, 999999,
        9999999,
    ];

    /// <summary>A sentence for each column of numbers whose outermost value is such a code, stands there several times and far from all others.</summary>
    /// <param name="table">The table.</param>
    /// <param name="schema">Its columns.</param>
    public static IReadOnlyList<string> Find(Table table, TableSchema schema)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(schema);
        var positions = schema.Locate(table);
        var notes = new List<string>();
        for (var c = 0; c < positions.Length; c++)
        {
            var column = schema.Columns[c];
            if (column.IsDiscrete || column.Notation?.IsDate == true
                || !Array.Exists(Codes, code => code == column.Minimum || code == column.Maximum))
            {
                continue;
            }
            var values = Enumerable.Range(0, table.Rows)
                .Where(row => !table.IsMissing(row, positions[c]))
                .Select(row => table.Number(row, positions[c]))
                .Order()
                .ToArray();
            foreach (var code in new[] { values[0], values[^1] }.Where(value => Codes.Contains(value)))
            {
                var others = Array.FindAll(values, value => value != code);
                var count = values.Length - others.Length;
                if (others.Length == 0 || count < FewestCells || !IsFar(code, others[0], others[^1])) continue;
                notes.Add(
                    $"column '{column.Name}': {code} stands {count} times, far from all others ({others[0]:G6} to "
                    + $"{others[^1]:G6}); if it means missing, say so with --missing-tokens {code}.");
            }
        }

        return notes;
    }

    private static bool IsFar(double code, double least, double most)
    {
        var gap = code < least ? least - code : code - most;
        // -1 beside counts is a code, too: nothing else is negative, and it is no next number of a scale that has an end.
        return gap > Math.Max(most - least, 0) && gap > 2;
    }
}
