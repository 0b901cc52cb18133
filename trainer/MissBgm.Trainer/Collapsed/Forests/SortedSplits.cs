namespace MissBgm.Trainer.Collapsed.Forests;

/// <summary>The split of a node's rows that leaves the least variance, of all thresholds between values of a column.</summary>
/// <param name="rows">Most rows of a node.</param>
internal sealed class SortedSplits(int rows)
{
    private readonly float[] _values = new float[rows];
    private readonly float[] _targets = new float[rows];

    /// <summary>The best split, halfway between two values, the first of equals; null where no column has two values.</summary>
    /// <param name="cells">Rows of numbers, [rows, width].</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="targets">What the node's rows hold of the column that is foretold, [node's rows].</param>
    /// <param name="rows">The node's rows.</param>
    /// <param name="columns">What stands in a row.</param>
    /// <param name="target">The column that is not tried.</param>
    public (int Column, float Threshold)? Best(
        float[] cells, int width, ReadOnlySpan<float> targets, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, int target)
    {
        var total = 0.0;
        foreach (var value in targets) total += value;
        var (best, highest) = (((int, float)?)null, double.NegativeInfinity);
        for (var place = 0; place < columns.Length; place++)
        {
            if (columns[place] == target) continue;
            for (var i = 0; i < rows.Length; i++) _values[i] = cells[rows[i] * width + place];
            targets.CopyTo(_targets);
            _values.AsSpan(0, rows.Length).Sort(_targets.AsSpan(0, rows.Length));
            var sum = 0.0;
            for (var i = 1; i < rows.Length; i++)
            {
                sum += _targets[i - 1];
                if (_values[i - 1] == _values[i]) continue;
                var score = sum * sum / i + (total - sum) * (total - sum) / (rows.Length - i);
                if (score > highest) (best, highest) = ((columns[place], Between(_values[i - 1], _values[i])), score);
            }
        }

        return best;
    }

    // Not the upper one, whose rows go above.
    private static float Between(float lower, float upper)
    {
        var middle = lower + (upper - lower) / 2;
        return middle < upper ? middle : lower;
    }
}
