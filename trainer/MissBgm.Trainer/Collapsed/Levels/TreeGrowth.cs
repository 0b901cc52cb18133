using MissBgm.Runtime.Levels;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Collapsed.Levels;

/// <summary>
/// Grows a classification tree by marginal likelihood (Buntine, "Learning classification trees", Statistics and Computing 2, 1992): the
/// levels of a node's rows are Dirichlet-multinomial about the
/// chances of the node above, and a node is split where that makes its rows more likely by more than the number of ways to split it. So
/// trees end by themselves, and rare levels keep their chances.
/// Rows that miss the column a node is split by stop there.
/// </summary>
internal sealed class TreeGrowth
{
    // Rows that a node borrows from the one above.
    private const double Borrowed = 1.0;
    private const double LeastShare = 1e-4;
    private const int MostDepth = 30;

    private readonly EncodedTable _table;
    private readonly IReadOnlyList<ColumnSchema> _columns;
    private readonly int _target;
    private readonly List<LevelNode> _nodes = [];

    private TreeGrowth(EncodedTable table, IReadOnlyList<ColumnSchema> columns, int target) =>
        (_table, _columns, _target) = (table, columns, target);

    private int Levels => _columns[_target].Levels!.Count;

    /// <summary>The tree of a discrete column, its root first.</summary>
    /// <param name="table">The table as its schema encodes it.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="target">Which of them the tree is of.</param>
    public static IReadOnlyList<LevelNode> Grow(EncodedTable table, IReadOnlyList<ColumnSchema> columns, int target)
    {
        var growth = new TreeGrowth(table, columns, target);
        var rows = Enumerable.Range(0, table.Rows).Where(row => growth.IsObserved(row, target)).ToArray();
        growth.Add(rows, [.. Enumerable.Repeat(1.0 / growth.Levels, growth.Levels)], 0);
        return growth._nodes;
    }

    private int Add(int[] rows, double[] above, int depth)
    {
        var (counts, at) = (new int[Levels], _nodes.Count);
        foreach (var row in rows) counts[Level(row)]++;
        var chances = counts.Select((count, k) => (count + Borrowed * above[k]) / (rows.Length + Borrowed)).ToArray();
        var kept = Enumerable.Range(0, Levels).Where(k => chances[k] >= LeastShare).ToArray();
        var sum = kept.Sum(k => chances[k]);
        var node = new LevelNode { Levels = kept, Shares = [.. kept.Select(k => chances[k] / sum)] };
        _nodes.Add(node);
        if (depth == MostDepth || counts.Count(count => count > 0) < 2 || Best(rows, chances) is not { } split) return at;
        var below = split.Groups.Select(group => group.Length == 0 ? -1 : Add(group, chances, depth + 1)).ToArray();
        _nodes[at] = node with { Column = _columns[split.Column].Name, Threshold = split.Threshold, Below = below };
        return at;
    }

    // The split that makes the rows likeliest, if any does by enough.
    private Split? Best(int[] rows, double[] chances)
    {
        var (best, most) = ((Split?)null, 0.0);
        for (var column = 0; column < _columns.Count; column++)
        {
            if (column == _target) continue;
            var seen = Array.FindAll(rows, row => IsObserved(row, column));
            if (seen.Length < 2) continue;
            var (gain, threshold) = _columns[column].IsDiscrete ? (ByLevel(seen, column, chances), null) : ByThreshold(seen, column, chances);
            gain -= Math.Log(_columns.Count);
            if (gain > most) (best, most) = (new Split(column, threshold, seen), gain);
        }

        return best is null ? null : best with { Groups = Groups(best) };
    }

    private int[][] Groups(Split split)
    {
        if (split.Threshold is { } threshold)
        {
            bool IsLower(int row) => Number(row, split.Column) <= threshold;
            return [Array.FindAll(split.Rows, IsLower), Array.FindAll(split.Rows, row => !IsLower(row))];
        }

        var by = split.Rows.ToLookup(row => (int)Value(row, split.Column));
        return [.. Enumerable.Range(0, _columns[split.Column].Levels!.Count).Select(level => by[level].ToArray())];
    }

    private double ByLevel(int[] rows, int column, double[] chances)
    {
        var urns = new Urn?[_columns[column].Levels!.Count];
        var (whole, gain) = (new Urn(chances), 0.0);
        foreach (var row in rows) gain += (urns[(int)Value(row, column)] ??= new Urn(chances)).Add(Level(row)) - whole.Add(Level(row));
        return urns.Count(urn => urn is not null) < 2 ? double.NegativeInfinity : gain;
    }

    // One pass in the values' order: each row leaves the upper group for the lower.
    private (double Gain, double? Threshold) ByThreshold(int[] rows, int column, double[] chances)
    {
        var values = Array.ConvertAll(rows, row => Number(row, column));
        var order = (int[])rows.Clone();
        Array.Sort(values, order);
        var (lower, upper, gain, cuts) = (new Urn(chances), new Urn(chances), 0.0, 0);
        foreach (var row in order) upper.Add(Level(row));
        var best = (Gain: double.NegativeInfinity, Threshold: (double?)null);
        for (var i = 0; i + 1 < order.Length; i++)
        {
            gain += lower.Add(Level(order[i])) - upper.Remove(Level(order[i]));
            if (values[i] == values[i + 1]) continue;
            cuts++;
            if (gain > best.Gain) best = (gain, Between(values[i], values[i + 1], column));
        }

        return cuts == 0 ? best : (best.Gain - Math.Log(cuts), best.Threshold);
    }

    // Rounding a draw of whole numbers does not take it across.
    private double Between(double lower, double upper, int column)
    {
        var middle = 0.5 * (lower + upper);
        return _columns[column].Type == ColumnType.Integer ? Math.Floor(middle) + 0.5 : middle;
    }

    private bool IsObserved(int row, int column) => _table.Observed[row * _table.Columns + column] == 1;

    private float Value(int row, int column) => _table.Values[row * _table.Columns + column];

    private double Number(int row, int column) => _columns[column].Location + _columns[column].Scale * Value(row, column);

    private int Level(int row) => (int)Value(row, _target);

    /// <summary>A column to split by.</summary>
    private sealed record Split(int Column, double? Threshold, int[] Rows)
    {
        public int[][] Groups { get; init; } = [];
    }

    /// <summary>Polya's urn: the log chance of one more row's level after those that are in it.</summary>
    private sealed class Urn(double[] chances)
    {
        private readonly int[] _counts = new int[chances.Length];
        private int _total;

        public double Add(int level) => Math.Log((Borrowed * chances[level] + _counts[level]++) / (Borrowed + _total++));

        public double Remove(int level) => Math.Log((Borrowed * chances[level] + --_counts[level]) / (Borrowed + --_total));
    }
}
