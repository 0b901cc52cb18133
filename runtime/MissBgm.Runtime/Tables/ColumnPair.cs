using System.Numerics;

namespace MissBgm.Runtime.Tables;

/// <summary>Two columns that are never observed in one row: how they go together the data cannot tell.</summary>
/// <param name="First">One of them.</param>
/// <param name="Second">The other.</param>
public sealed record ColumnPair(string First, string Second)
{
    // Beyond it the pairs are too many to look at and to tell.
    private const int MostColumns = 500;
    private const int MostPairs = 1000;

    /// <summary>Finds the pairs among a table's modelled columns.</summary>
    public static IReadOnlyList<ColumnPair> Find(Table table, TableSchema schema)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(schema);
        if (schema.Modelled.Count > MostColumns) return [];
        var positions = TableSchema.Match([.. schema.Modelled.Select(column => column.Name)], table);
        var masks = Array.ConvertAll(positions, column => Mask(table, column));
        var pairs = new List<ColumnPair>();
        for (var a = 0; a < masks.Length; a++)
        {
            for (var b = a + 1; b < masks.Length && pairs.Count < MostPairs; b++)
            {
                if (!Meet(masks[a], masks[b])) pairs.Add(new ColumnPair(schema.Modelled[a].Name, schema.Modelled[b].Name));
            }
        }

        return pairs;
    }

    // A bit for each row in which the column is observed.
    private static ulong[] Mask(Table table, int column)
    {
        var mask = new ulong[(table.Rows + 63) / 64];
        for (var row = 0; row < table.Rows; row++)
        {
            if (!table.IsMissing(row, column)) mask[row / 64] |= 1UL << (row % 64);
        }

        return mask;
    }

    private static bool Meet(ulong[] a, ulong[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (BitOperations.PopCount(a[i] & b[i]) > 0) return true;
        }

        return false;
    }
}
