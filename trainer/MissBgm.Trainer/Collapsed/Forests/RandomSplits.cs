using System.Numerics;
using System.Runtime.InteropServices;

namespace MissBgm.Trainer.Collapsed.Forests;

/// <summary>
/// The split of a node's rows that leaves the least variance, of one random threshold for each column; as many columns at a time as a vector holds.
/// </summary>
/// <param name="cells">Rows of numbers, [rows, width]; beyond the columns they do not differ.</param>
/// <param name="width">Numbers of a row, a multiple of a vector's.</param>
/// <param name="targets">What the node's rows hold of the column that is foretold, [node's rows].</param>
/// <param name="uniforms">Where thresholds lie between the ends of the values, [q].</param>
internal readonly ref struct RandomSplits(float[] cells, int width, ReadOnlySpan<float> targets, ReadOnlySpan<float> uniforms)
{
    private readonly ReadOnlySpan<float> _targets = targets;
    private readonly ReadOnlySpan<float> _uniforms = uniforms;

    /// <summary>Numbers of a row that has so many columns.</summary>
    public static int Padded(int columns) => (columns + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    /// <summary>The best split, the first of equals; null where no column has two values.</summary>
    /// <param name="rows">The node's rows.</param>
    /// <param name="columns">What stands in a row.</param>
    /// <param name="target">The column that is not tried.</param>
    public (int Column, float Threshold)? Best(ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, int target)
    {
        var total = 0.0;
        foreach (var value in _targets) total += value;
        var (best, highest) = (((int, float)?)null, double.NegativeInfinity);
        Span<float> thresholds = stackalloc float[Vector<float>.Count];
        Span<int> above = stackalloc int[Vector<float>.Count];
        Span<double> sums = stackalloc double[Vector<float>.Count];
        for (var first = 0; first < columns.Length; first += Vector<float>.Count)
        {
            var those = columns[first..Math.Min(columns.Length, first + Vector<float>.Count)];
            if (!Draw(rows, first, those, target, thresholds)) continue;
            Divide(rows, first, thresholds, above, sums);
            for (var lane = 0; lane < those.Length; lane++)
            {
                if (float.IsNaN(thresholds[lane])) continue;
                var (count, sum) = (rows.Length + above[lane], sums[lane]);
                var score = sum * sum / count + (total - sum) * (total - sum) / (rows.Length - count);
                if (score > highest) (best, highest) = ((those[lane], thresholds[lane]), score);
            }
        }

        return best;
    }

    // Thresholds between the least and the largest value, so that neither side is empty; NaN where they are the same. Whether there are any.
    private bool Draw(ReadOnlySpan<int> rows, int first, ReadOnlySpan<int> columns, int target, Span<float> thresholds)
    {
        ref var start = ref MemoryMarshal.GetArrayDataReference(cells);
        var (least, most) = (new Vector<float>(float.PositiveInfinity), new Vector<float>(float.NegativeInfinity));
        foreach (var row in rows)
        {
            var values = Vector.LoadUnsafe(ref start, (nuint)(row * width + first));
            (least, most) = (Vector.Min(least, values), Vector.Max(most, values));
        }

        var isAny = false;
        thresholds.Fill(float.NaN);
        for (var lane = 0; lane < columns.Length; lane++)
        {
            var (low, high) = (least[lane], most[lane]);
            if (columns[lane] == target || low == high) continue;
            var threshold = low + _uniforms[columns[lane]] * (high - low);
            (thresholds[lane], isAny) = (threshold < high ? threshold : low, true);
        }

        return isAny;
    }

    // How many rows lie above each threshold, less than 0, and what the others hold of the target together.
    private void Divide(ReadOnlySpan<int> rows, int first, ReadOnlySpan<float> thresholds, Span<int> above, Span<double> sums)
    {
        ref var start = ref MemoryMarshal.GetArrayDataReference(cells);
        var (limits, counts) = (new Vector<float>(thresholds), Vector<int>.Zero);
        var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
        for (var i = 0; i < rows.Length; i++)
        {
            var isAbove = Vector.GreaterThan(Vector.LoadUnsafe(ref start, (nuint)(rows[i] * width + first)), limits);
            counts += isAbove;
            Vector.Widen(isAbove, out var lowAbove, out var highAbove);
            var target = new Vector<double>(_targets[i]);
            low += Vector.AndNot(target, Vector.AsVectorDouble(lowAbove));
            high += Vector.AndNot(target, Vector.AsVectorDouble(highAbove));
        }

        counts.CopyTo(above);
        low.CopyTo(sums);
        high.CopyTo(sums[Vector<double>.Count..]);
    }
}
