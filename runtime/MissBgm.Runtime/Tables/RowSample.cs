using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// Rows drawn at random without replacement from however many there are: each row has a random number of its own, and the rows of the smallest are drawn.
/// </summary>
/// <param name="size">How many rows are drawn.</param>
/// <param name="seed">Seed of the numbers.</param>
internal sealed class RowSample(int size, ulong seed)
{
    private readonly PriorityQueue<int, ulong> _largestFirst = new(Comparer<ulong>.Create((a, b) => b.CompareTo(a)));
    private readonly SortedDictionary<int, string[]> _drawn = [];
    private long _offered;

    /// <summary>Whether all rows that were offered are drawn.</summary>
    internal bool IsWhole => _offered == _drawn.Count;

    /// <summary>The rows drawn, in their order.</summary>
    internal IEnumerable<int> Rows => _drawn.Keys;

    /// <summary>Their cells, one after another.</summary>
    internal IEnumerable<string> Texts => _drawn.Values.SelectMany(cells => cells);

    /// <summary>What is to be told of it.</summary>
    internal string Note => $"{_drawn.Count} of {_offered} rows were drawn at random (--sample-rows).";

    /// <summary>Whether a row is drawn, as things stand.</summary>
    internal bool Holds(int row) => _drawn.ContainsKey(row);

    /// <summary>Offers the next row.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="cells">Its cells, which are asked for if it is drawn.</param>
    /// <returns>The row that makes room for it; null if none does.</returns>
    internal int? Offer(int row, Func<string[]> cells)
    {
        _offered++;
        var (a, b, _, _) = new Philox(seed).Block(RandomPurpose.Shuffle, 0, row, 0, 0);
        var key = (ulong)a << 32 | b;
        if (_drawn.Count < size)
        {
            _largestFirst.Enqueue(row, key);
            _drawn.Add(row, cells());
            return null;
        }

        var dropped = _largestFirst.EnqueueDequeue(row, key);
        if (dropped == row) return null;
        _drawn.Remove(dropped);
        _drawn.Add(row, cells());
        return dropped;
    }
}
