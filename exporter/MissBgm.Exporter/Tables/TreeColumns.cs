using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Levels;
using MissBgm.Runtime.Tables;

namespace MissBgm.Exporter.Tables;

/// <summary>The trees of discrete columns as graph nodes: rows go down all levels of a tree at once, a step of a few nodes each.</summary>
internal sealed class TreeColumns
{
    private readonly ColumnSchema[] _columns;
    private readonly int _numbers;

    /// <param name="numbers">The modelled columns of numbers.</param>
    /// <param name="levels">The modelled columns of levels.</param>
    public TreeColumns(ColumnSchema[] numbers, ColumnSchema[] levels) => (_columns, _numbers) = ([.. numbers, .. levels], numbers.Length);

    /// <summary>How many columns have a tree.</summary>
    public int Count => _columns.Count(column => column.Tree is not null);

    /// <summary>Draws levels, one column after another.</summary>
    /// <param name="numbers">The completed columns of numbers in the table's units, [S, N, c]; null if there are none.</param>
    /// <param name="levels">The completed columns of levels, [S, N, l].</param>
    /// <param name="seen">Which of the latter are observed, [N, l].</param>
    /// <param name="uniforms">Uniform numbers, [S, N, trees].</param>
    public Tensor Draw(Tensor? numbers, Tensor levels, Tensor seen, Tensor uniforms)
    {
        var last = levels.Shape.Rank - 1;
        var drawn = Enumerable.Range(0, _columns.Length - _numbers).Select(l => levels.Columns([l])).ToArray();
        var tree = 0;
        for (var l = 0; l < drawn.Length; l++)
        {
            if (_columns[_numbers + l].Tree is not { } own) continue;
            var now = drawn.Concat(last).Cast(ElementType.Double);
            var rows = numbers is null ? now : new[] { numbers, now }.Concat(last);
            var uniform = uniforms.Columns([tree++]);
            var level = Pick(own, Stop(own, rows), uniform / Math.Max(own.Weight, 1e-300));
            drawn[l] = seen.Columns([l]).Not().And(uniform.Less(own.Weight)).Where(level, drawn[l]);
        }

        return drawn.Concat(last);
    }

    // The node at which each row stops, [S, N, 1].
    private Tensor Stop(LevelTree tree, Tensor rows)
    {
        var graph = rows.Graph;
        var nodes = tree.Nodes.Select((node, i) => Table(node, i)).ToArray();
        var first = nodes.Select((_, i) => (long)nodes.Take(i).Sum(node => node.Below.Length)).ToArray();
        var (column, start) = (graph.Integers([.. nodes.Select(node => node.Column)]), graph.Integers(first));
        var threshold = graph.Doubles([.. nodes.Select(node => node.Threshold)], [nodes.Length]);
        var below = graph.Integers([.. nodes.SelectMany(node => node.Below)]);
        var places = graph.Integers([.. Enumerable.Range(0, _columns.Length).Select(c => (long)c)]);
        var at = rows.Columns([0]).Cast(ElementType.Integer) * 0;
        for (var step = Depth(tree); step > 0; step--)
        {
            // The value of the column that the row goes on by: all others are left out of a sum.
            var value = places.EqualTo(column.Gather(at, 0)).Where(rows, graph.Scalar(ElementType.Double, 0)).Sum(rows.Shape.Rank - 1, keepAxis: true);
            var limit = threshold.Gather(at, 0);
            var branch = limit.Less(double.MinValue).Where(value.Cast(ElementType.Integer), value.Greater(limit).Cast(ElementType.Integer));
            at = below.Gather(start.Gather(at, 0) + branch, 0);
        }

        return at;
    }

    // A row that stops goes from a node to the same again. A discrete column has a threshold below all numbers.
    private (long Column, double Threshold, long[] Below) Table(LevelNode node, int i)
    {
        var column = node.Column is { } name ? Array.FindIndex(_columns, other => other.Name == name) : -1;
        return column < 0
            ? (0, double.PositiveInfinity, [i, i])
            : (column, node.Threshold ?? double.NegativeInfinity, [.. node.Below!.Select(next => next < 0 ? (long)i : next)]);
    }

    private static Tensor Pick(LevelTree tree, Tensor node, Tensor uniform)
    {
        var graph = node.Graph;
        var widest = tree.Nodes.Max(own => own.Levels.Count);
        // The last level has what is left.
        IReadOnlyList<double> Below(LevelNode own) => [.. Enumerable.Range(1, own.Levels.Count - 1).Select(k => own.Shares.Take(k).Sum())];
        IEnumerable<long> Levels(LevelNode own) => Enumerable.Range(0, widest).Select(k => (long)own.Levels[Math.Min(k, own.Levels.Count - 1)]);
        var reached = Ordering.Padded(graph, [.. tree.Nodes.Select(Below)], widest, double.PositiveInfinity);
        var levels = graph.Integers([.. tree.Nodes.SelectMany(Levels)]);
        var own = node.Squeeze(node.Shape.Rank - 1);
        var passed = reached.Gather(own, 0).Greater(uniform).Not().Cast(ElementType.Double);
        var count = passed.Sum(node.Shape.Rank - 1, keepAxis: true).Cast(ElementType.Integer);
        return levels.Gather(node * widest + count, 0);
    }

    private static int Depth(LevelTree tree)
    {
        var depth = new int[tree.Nodes.Count];
        for (var i = 0; i < depth.Length; i++)
        {
            foreach (var below in tree.Nodes[i].Below?.Where(next => next >= 0) ?? []) depth[below] = depth[i] + 1;
        }

        return depth.Max();
    }
}
