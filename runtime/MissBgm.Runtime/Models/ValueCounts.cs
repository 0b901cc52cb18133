using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models;

/// <summary>The different values of a column and how often each was observed.</summary>
internal sealed class ValueCounts
{
    private const int FewValues = 20;

    // A measurement of four decimals has each of its 60,000 values many times in a table of a million rows, and is no set of codes.
    private const int MostOfSet = 1000;
    private const int CellsPerValue = 4;
    private const int FewestCells = 5;
    private const double SmallestShare = 0.02;
    private const int Excess = 4;
    private const int Neighbours = 4;
    private const double NearlyAll = 0.95;

    /// <summary>Counts.</summary>
    /// <param name="observed">The observed values, in any order.</param>
    public ValueCounts(IEnumerable<double> observed)
        : this([.. observed])
    {
    }

    // Sorts the values where they stand.
    private ValueCounts(Span<double> observed)
    {
        // A zero is a zero, whatever its sign.
        foreach (ref var value in observed) value += 0.0;
        observed.Sort();
        var different = observed.IsEmpty ? 0 : 1;
        for (var i = 1; i < observed.Length; i++) different += observed[i] == observed[i - 1] ? 0 : 1;
        (Values, Counts) = (new double[different], new int[different]);
        for (var (i, k) = (0, -1); i < observed.Length; i++)
        {
            if (i == 0 || observed[i] != observed[i - 1]) Values[++k] = observed[i];
            Counts[k]++;
        }

        Total = Counts.Sum();
        Below = new int[Counts.Length];
        for (var i = 1; i < Counts.Length; i++) Below[i] = Below[i - 1] + Counts[i - 1];
        var isSet = IsSet;
        IsAtom = [.. Enumerable.Range(0, Counts.Length).Select(i => isSet || Heaps(i))];
        if (Values.Length > FewValues) Loosen();
    }

    /// <summary>The counts of a table's modelled columns of numbers; null for discrete ones.</summary>
    public static ValueCounts?[] Of(Table table, TableSchema schema)
    {
        var positions = schema.LocateModelled(schema.Locate(table));
        var room = new double[table.Rows];
        return [.. schema.Modelled.Select((column, c) => column.IsDiscrete ? null : Of(table, column, positions[c], room))];
    }

    private static ValueCounts Of(Table table, ColumnSchema column, int position, double[] room)
    {
        var count = 0;
        for (var row = 0; row < table.Rows; row++)
        {
            if (table.IsMissing(row, position)) continue;
            var value = table.Number(row, position);
            if (column.Plausible?.Contains(value) != false) room[count++] = value;
        }

        return new ValueCounts(room.AsSpan(0, count));
    }

    /// <summary>The different values, ascending, [k].</summary>
    public double[] Values { get; }

    /// <summary>How often each was observed, [k].</summary>
    public int[] Counts { get; }

    /// <summary>How many observed values are smaller, [k].</summary>
    public int[] Below { get; }

    /// <summary>Whether a value holds more than its share, [k].</summary>
    public bool[] IsAtom { get; }

    /// <summary>Number of observed values.</summary>
    public int Total { get; }

    /// <summary>Whether one value holds nearly all cells, so that the others, few and far from it, tell little of a shape.</summary>
    public bool IsNearlyConstant => Counts.Length > 0 && Counts.Max() >= NearlyAll * Total;

    /// <summary>Share of the observed values below one of them.</summary>
    public double ShareBelow(double value) => Below[Array.BinarySearch(Values, value)] / (double)Total;

    /// <summary>Share of the observed values up to one of them.</summary>
    public double ShareUpTo(double value) => Array.BinarySearch(Values, value) is var i ? (Below[i] + Counts[i]) / (double)Total : 0;

    /// <summary>The q-th quantile of the observed values.</summary>
    public double Quantile(double q) => Values[Array.FindLastIndex(Below, below => below <= q * Total)];

    // Few values, each of them often; or many, often all the same, that are not simply all whole numbers of a range.
    private bool IsSet => Values.Length <= MostOfSet && CellsPerValue * Values.Length <= Total && (Values.Length <= FewValues || !IsRange);

    private bool IsRange => Array.TrueForAll(Values, value => value == Math.Round(value)) && 2 * Values.Length > Values[^1] - Values[0] + 1;

    // Where a long set of values thins out towards an end, there may be more of them beyond.
    private void Loosen()
    {
        for (var i = 0; i < Values.Length && Counts[i] < FewestCells; i++) IsAtom[i] = false;
        for (var i = Values.Length - 1; i >= 0 && Counts[i] < FewestCells; i--) IsAtom[i] = false;
    }

    private bool Heaps(int i)
    {
        if (Counts[i] < FewestCells || Counts[i] < SmallestShare * Total) return false;
        var near = Enumerable.Range(Math.Max(0, i - Neighbours), Math.Min(Values.Length, i + Neighbours + 1) - Math.Max(0, i - Neighbours))
            .Where(k => k != i)
            .Select(k => Counts[k])
            .Order()
            .ToArray();
        return near.Length == 0 || Counts[i] >= Excess * near[near.Length / 2];
    }
}
