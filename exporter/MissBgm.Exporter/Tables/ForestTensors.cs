using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Forests;

namespace MissBgm.Exporter.Tables;

/// <summary>A forest's trees as constants of a graph, which all passes share.</summary>
internal sealed class ForestTensors
{
    private readonly Graph _graph;
    private readonly int _trees;
    private readonly int _depth;
    private readonly Tensor _roots;
    private readonly Tensor _columns;
    private readonly Tensor _thresholds;
    private readonly Tensor _nodesBelow;
    private readonly Tensor _valuesBelow;
    private readonly Tensor _counts;
    private readonly Tensor _values;
    private readonly Tensor _means;
    private readonly Tensor _deviations;

    /// <param name="graph">The graph.</param>
    /// <param name="forest">The trees.</param>
    public ForestTensors(Graph graph, RegressionForest forest)
    {
        (_graph, _trees, _depth) = (graph, forest.Roots.Length, Depth(forest));
        var nodes = Enumerable.Range(0, forest.Columns.Length).ToArray();
        _roots = Integers(forest.Roots);
        // A row that has come to a leaf stays there.
        _columns = Integers(forest.Columns.Select(by => Math.Max(0, by)));
        _thresholds = Reals(nodes.Select(i => forest.Columns[i] < 0 ? float.PositiveInfinity : forest.Thresholds[i]));
        _nodesBelow = Integers(nodes.Select(i => forest.Columns[i] < 0 ? i : forest.Below[i]));
        _valuesBelow = Integers(forest.Below);
        _counts = Integers(forest.Counts);
        _values = Reals(forest.Values);
        _means = Reals(nodes.Select(i => forest.Counts[i] == 0 ? 0f : (float)forest.Mean(i)));
        _deviations = Reals(nodes.Select(i => forest.Counts[i] == 0 ? 0f : (float)forest.Deviation(i)));

        Tensor Integers(IEnumerable<int> values) => graph.Integers([.. values.Select(v => (long)v)]);

        Tensor Reals(IEnumerable<float> values) => graph.Constant(TensorData.Real([.. values], values.Count()), null);
    }

    /// <summary>A value of the leaf where each row ends, with the leaf's mean and deviation, [R] each.</summary>
    /// <param name="rows">Completed Gaussian columns, [R, q].</param>
    /// <param name="uniform">Which tree, and which value of its leaf, [R].</param>
    public (Tensor Value, Tensor Mean, Tensor Deviation) Draw(Tensor rows, Tensor uniform)
    {
        var place = uniform.Clip(0, 1) * _trees;
        var tree = place.Cast(ElementType.Integer).Min(_graph.Integer(_trees - 1));
        var first = Layout.Indices(rows.Count(0), rows.Shape[0]) * rows.Shape[1].Size!.Value;
        var leaf = Leaf(rows.MergeAxes("cells", 0), first, _roots.Gather(tree, 0));
        var count = _counts.Gather(leaf, 0);
        var within = ((place - tree.Cast(ElementType.Double)) * count.Cast(ElementType.Double)).Cast(ElementType.Integer).Min(count - 1);
        return (_values.Gather(_valuesBelow.Gather(leaf, 0) + within, 0), _means.Gather(leaf, 0), _deviations.Gather(leaf, 0));
    }

    private Tensor Leaf(Tensor cells, Tensor first, Tensor at)
    {
        for (var step = _depth; step > 0; step--)
        {
            var value = cells.Gather(first + _columns.Gather(at, 0), 0);
            at = _nodesBelow.Gather(at, 0) + value.Greater(_thresholds.Gather(at, 0)).Cast(ElementType.Integer);
        }

        return at;
    }

    private static int Depth(RegressionForest forest)
    {
        var depth = new int[forest.Columns.Length];
        for (var i = 0; i < depth.Length; i++)
        {
            if (forest.Columns[i] >= 0) depth[forest.Below[i]] = depth[forest.Below[i] + 1] = depth[i] + 1;
        }

        return depth.Max();
    }
}
