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
    private readonly ForestPlan _plan;
    private readonly float[] _uniforms;
    private readonly float[] _picks;
    private readonly int[] _all;
    private readonly int[] _order;
    private readonly List<int> _roots = [];
    private readonly List<int> _by = [];
    private readonly List<float> _thresholds = [];
    private readonly List<int> _below = [];
    private readonly List<int> _counts = [];
    private readonly List<float> _values = [];

    // The tree's rows, each of as many numbers as whole vectors hold; what a node's rows hold of the target, and of the columns tried alone.
    private readonly int _width;
    private readonly float[] _cells;
    private readonly float[] _targets;
    private float[] _tried = [];

    private ForestGrowth(int target, int columns, int rows, ForestPlan plan, Philox random)
    {
        (_target, _columns, _plan, _random, _uniforms, _picks) = (target, columns, plan, random, new float[columns], new float[columns]);
        (_all, _width) = ([.. Enumerable.Range(0, columns)], RandomSplits.Padded(columns));
        (_cells, _targets, _order) = (new float[rows * _width], new float[rows], [.. Enumerable.Range(0, rows)]);
    }

    /// <summary>A forest.</summary>
    /// <param name="tables">Completed tables, [n, q] each; tree t is grown on the table t modulo their number.</param>
    /// <param name="columns">q.</param>
    /// <param name="target">Which column it is of.</param>
    /// <param name="rows">The rows that observe it.</param>
    /// <param name="plan">How many trees, and what share of the columns a node tries.</param>
    /// <param name="random">Random numbers.</param>
    public static RegressionForest Grow(float[][] tables, int columns, int target, int[] rows, ForestPlan plan, Philox random)
    {
        var growth = new ForestGrowth(target, columns, rows.Length, plan, random);
        for (var tree = 0; tree < plan.Trees; tree++)
        {
            growth.Take(tables[tree % tables.Length], rows);
            growth._roots.Add(growth.Add());
            growth.Fill(growth._roots[^1], [.. growth._order], 0);
        }

        return new RegressionForest(
            target, [.. growth._roots], [.. growth._by], [.. growth._thresholds], [.. growth._below], [.. growth._counts], [.. growth._values]);
    }

    private void Take(float[] table, int[] rows)
    {
        for (var i = 0; i < rows.Length; i++) table.AsSpan(rows[i] * _columns, _columns).CopyTo(_cells.AsSpan(i * _width));
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
        var (least, most) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var i = 0; i < rows.Length; i++)
        {
            var value = _targets[i] = Value(rows[i], _target);
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        if (least == most) return null;
        var targets = _targets.AsSpan(0, rows.Length);
        _random.Uniforms(_uniforms, RandomPurpose.ForestGrowth, _target, 2, node);
        if (_plan.Share < 1.0)
        {
            _random.Uniforms(_picks, RandomPurpose.ForestGrowth, _target, 3, node);
            if (BestOfPicked(rows, targets) is { } best) return best;
        }

        return new RandomSplits(_cells, _width, targets, _uniforms).Best(rows, _all, _target);
    }

    // The columns tried stand together, so that vectors hold no others.
    private (int Column, float Threshold)? BestOfPicked(ReadOnlySpan<int> rows, ReadOnlySpan<float> targets)
    {
        Span<int> picked = stackalloc int[_columns];
        var count = 0;
        for (var column = 0; column < _columns; column++)
        {
            if (column != _target && _picks[column] < _plan.Share) picked[count++] = column;
        }

        picked = picked[..count];
        var width = RandomSplits.Padded(count);
        if (_tried.Length < rows.Length * width) _tried = new float[rows.Length * width];
        for (var i = 0; i < rows.Length; i++)
        {
            var (from, to) = (rows[i] * _width, i * width);
            for (var k = 0; k < count; k++) _tried[to + k] = _cells[from + picked[k]];
        }

        return new RandomSplits(_tried, width, targets, _uniforms).Best(_order.AsSpan(0, rows.Length), picked, _target);
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

    private float Value(int row, int column) => _cells[row * _width + column];
}
