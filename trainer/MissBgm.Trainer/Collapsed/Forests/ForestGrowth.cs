using MissBgm.Runtime.Forests;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Forests;

/// <summary>
/// Grows extremely randomised trees (Geurts, Ernst and Wehenkel, Machine Learning 63, 2006): at each node every column, or a share of them picked at
/// random, is tried with one threshold drawn between the ends of its values, and the best one splits it. Each tree is grown on one of several completed
/// tables, so that a forest carries what is unknown of its predictors.
/// </summary>
internal sealed class ForestGrowth
{
    // Nodes of fewer rows are leaves.
    private const int FewestToSplit = 6;
    private const int MostDepth = 40;

    private readonly int _target;
    private readonly int _columns;
    private readonly Philox _random;
    private readonly double _share;
    private readonly float[] _uniforms;
    private readonly float[] _picks;
    private readonly List<int> _roots = [];
    private readonly List<int> _by = [];
    private readonly List<float> _thresholds = [];
    private readonly List<int> _below = [];
    private readonly List<int> _counts = [];
    private readonly List<float> _values = [];
    private float[] _table = [];

    private ForestGrowth(int target, int columns, double share, Philox random) =>
        (_target, _columns, _share, _random, _uniforms, _picks) = (target, columns, share, random, new float[columns], new float[columns]);

    /// <summary>A forest.</summary>
    /// <param name="tables">Completed tables, [n, q] each; tree t is grown on the table t modulo their number.</param>
    /// <param name="columns">q.</param>
    /// <param name="target">Which column it is of.</param>
    /// <param name="rows">The rows that observe it.</param>
    /// <param name="trees">Number of trees.</param>
    /// <param name="share">Chance of a column to be tried at a node.</param>
    /// <param name="random">Random numbers.</param>
    public static RegressionForest Grow(float[][] tables, int columns, int target, int[] rows, int trees, double share, Philox random)
    {
        var growth = new ForestGrowth(target, columns, share, random);
        for (var tree = 0; tree < trees; tree++)
        {
            growth._table = tables[tree % tables.Length];
            growth._roots.Add(growth.Add());
            growth.Fill(growth._roots[^1], (int[])rows.Clone(), 0);
        }

        return new RegressionForest(
            target, [.. growth._roots], [.. growth._by], [.. growth._thresholds], [.. growth._below], [.. growth._counts], [.. growth._values]);
    }

    private int Add()
    {
        _by.Add(-1);
        _thresholds.Add(0);
        _below.Add(0);
        _counts.Add(0);
        return _by.Count - 1;
    }

    private void Fill(int node, Span<int> rows, int depth)
    {
        if (rows.Length < FewestToSplit || depth == MostDepth || Best(node, rows) is not { } split)
        {
            (_below[node], _counts[node]) = (_values.Count, rows.Length);
            foreach (var row in rows) _values.Add(Value(row, _target));
            return;
        }

        var lower = Part(rows, split.Column, split.Threshold);
        (_by[node], _thresholds[node], _below[node]) = (split.Column, split.Threshold, Add());
        Add();
        Fill(_below[node], rows[..lower], depth + 1);
        Fill(_below[node] + 1, rows[lower..], depth + 1);
    }

    // The split that leaves the least variance; none where the target or all columns are constant.
    private (int Column, float Threshold)? Best(int node, ReadOnlySpan<int> rows)
    {
        var (least, most, total) = (float.PositiveInfinity, float.NegativeInfinity, 0.0);
        foreach (var row in rows)
        {
            var value = Value(row, _target);
            (least, most, total) = (Math.Min(least, value), Math.Max(most, value), total + value);
        }

        if (least == most) return null;
        _random.Uniforms(_uniforms, RandomPurpose.ForestGrowth, _target, 2, node);
        if (_share < 1.0) _random.Uniforms(_picks, RandomPurpose.ForestGrowth, _target, 3, node);
        return Best(rows, total, _share) ?? (_share < 1.0 ? Best(rows, total, 1.0) : null);
    }

    private (int Column, float Threshold)? Best(ReadOnlySpan<int> rows, double total, double share)
    {
        var (best, highest) = (((int, float)?)null, double.NegativeInfinity);
        for (var column = 0; column < _columns; column++)
        {
            if (column == _target || (share < 1.0 && _picks[column] >= share) || Threshold(rows, column) is not { } threshold) continue;
            var (count, sum) = (0, 0.0);
            foreach (var row in rows)
            {
                if (Value(row, column) > threshold) continue;
                count++;
                sum += Value(row, _target);
            }

            var score = sum * sum / count + (total - sum) * (total - sum) / (rows.Length - count);
            if (score > highest) (best, highest) = ((column, threshold), score);
        }

        return best;
    }

    // Between the least and the largest value, so that neither side is empty; null where they are the same.
    private float? Threshold(ReadOnlySpan<int> rows, int column)
    {
        var (least, most) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var row in rows)
        {
            var value = Value(row, column);
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        if (least == most) return null;
        var threshold = least + _uniforms[column] * (most - least);
        return threshold < most ? threshold : least;
    }

    // The rows up to the threshold first; how many there are.
    private int Part(Span<int> rows, int column, float threshold)
    {
        var lower = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (Value(rows[i], column) > threshold) continue;
            (rows[lower], rows[i]) = (rows[i], rows[lower]);
            lower++;
        }

        return lower;
    }

    private float Value(int row, int column) => _table[row * _columns + column];
}
