using System.Runtime.InteropServices;

namespace MissBgm.Trainer.Collapsed.Factors;

/// <summary>Which rows miss the same cells: what depends on nothing else is computed once for all of them.</summary>
internal sealed class MissingPatterns
{
    private readonly int[] _ofRow;
    private readonly List<int[]> _missing = [];
    private readonly List<int> _rows = [];

    /// <summary>Finds a table's patterns.</summary>
    /// <param name="table">The table.</param>
    public MissingPatterns(MaskedMatrix table)
    {
        _ofRow = new int[table.Rows];
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        Span<char> key = new char[table.Columns];
        var byKey = known.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var row = 0; row < table.Rows; row++)
        {
            var mask = table.Mask(row);
            for (var j = 0; j < key.Length; j++) key[j] = mask[j] == 0.0 ? '0' : '1';
            if (!byKey.TryGetValue(key, out var pattern))
            {
                byKey[key] = pattern = _missing.Count;
                _missing.Add([.. Enumerable.Range(0, table.Columns).Where(j => table.Mask(row)[j] == 0.0)]);
                _rows.Add(0);
            }

            _ofRow[row] = pattern;
            CollectionsMarshal.AsSpan(_rows)[pattern]++;
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _missing.Count;

    /// <summary>A row's pattern.</summary>
    public int Of(int row) => _ofRow[row];

    /// <summary>The columns that a pattern's rows miss, [m].</summary>
    public int[] Missing(int pattern) => _missing[pattern];

    /// <summary>How many rows have a pattern.</summary>
    public int Rows(int pattern) => _rows[pattern];
}
