using MissBgm.Runtime.Tables;

namespace MissBgm.Report.Findings;

/// <summary>Rows that lack the same columns.</summary>
/// <param name="Missing">Whether each of the columns is missing, in their order.</param>
/// <param name="Rows">How many rows are so.</param>
internal sealed record MissingPattern(bool[] Missing, int Rows)
{
    /// <summary>The patterns of a table's columns, the most frequent first.</summary>
    internal static IReadOnlyList<MissingPattern> Of(Table table, IReadOnlyList<int> columns)
    {
        string Mask(int row) => new([.. columns.Select(column => table.IsMissing(row, column) ? '1' : '0')]);
        return
        [
            .. Enumerable.Range(0, table.Rows).GroupBy(Mask, StringComparer.Ordinal)
                .Select(group => new MissingPattern([.. group.Key.Select(c => c == '1')], group.Count()))
                .OrderByDescending(pattern => pattern.Rows).ThenBy(pattern => pattern.Missing.Count(missing => missing)),
        ];
    }
}

/// <summary>How columns are missing together: the correlation of their masks (phi coefficients).</summary>
/// <param name="Columns">The table's columns that are missing in some rows and not in all.</param>
/// <param name="Values">[columns, columns].</param>
internal sealed record MaskCorrelation(IReadOnlyList<int> Columns, double[,] Values)
{
    /// <summary>Correlates masks.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns to look at; those without or of nothing but missing cells are left out.</param>
    internal static MaskCorrelation Of(Table table, IEnumerable<int> columns)
    {
        var rows = table.Rows;
        var masks = columns
            .Select(column => (Column: column, Mask: Enumerable.Range(0, rows).Select(row => table.IsMissing(row, column)).ToArray()))
            .Select(c => (c.Column, c.Mask, Count: c.Mask.Count(m => m)))
            .Where(c => c.Count > 0 && c.Count < rows).ToArray();
        var values = new double[masks.Length, masks.Length];
        for (var a = 0; a < masks.Length; a++)
        {
            for (var b = 0; b <= a; b++)
            {
                double both = 0;
                for (var row = 0; row < rows; row++) both += masks[a].Mask[row] && masks[b].Mask[row] ? 1 : 0;
                var (p, q) = (masks[a].Count / (double)rows, masks[b].Count / (double)rows);
                values[a, b] = values[b, a] = a == b ? 1 : (both / rows - p * q) / Math.Sqrt(p * (1 - p) * q * (1 - q));
            }
        }

        return new MaskCorrelation([.. masks.Select(c => c.Column)], values);
    }

    /// <summary>The pairs of columns, the most correlated first.</summary>
    internal IEnumerable<(int First, int Second, double Value)> Pairs() =>
        from a in Enumerable.Range(0, Columns.Count)
        from b in Enumerable.Range(0, a)
        orderby Math.Abs(Values[a, b]) descending
        select (Columns[b], Columns[a], Values[a, b]);
}
