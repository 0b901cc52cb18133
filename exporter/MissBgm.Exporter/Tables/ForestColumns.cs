using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Forests;

namespace MissBgm.Exporter.Tables;

/// <summary>A column's forest and its share of the draws.</summary>
/// <param name="Weight">The share.</param>
/// <param name="Forest">The trees.</param>
public sealed record WeightedForest(double Weight, RegressionForest Forest);

/// <summary>
/// The forests of columns of numbers as graph nodes: all rows go down the tree that each has picked, a step of a few nodes, then pick a value of their leaf.
/// </summary>
internal sealed class ForestColumns(IReadOnlyList<WeightedForest> forests)
{
    /// <summary>How many there are.</summary>
    public int Count => forests.Count;

    /// <summary>Draws numbers anew, one column after another, where chance gives them to the forest.</summary>
    /// <param name="drawn">Draws of the Gaussian columns, with means and deviations of what they were drawn from, [R, q] each.</param>
    /// <param name="x">Observed values, [R, q].</param>
    /// <param name="observed">r, [R, q].</param>
    /// <param name="uniforms">Uniform numbers, [R, forests].</param>
    public (Tensor Scores, Tensor Mean, Tensor Deviation) Draw((Tensor Scores, Tensor Mean, Tensor Deviation) drawn, Tensor x, Tensor observed, Tensor uniforms)
    {
        var columns = (int)x.Shape[1].Size!.Value;
        Tensor[] Split(Tensor of) => [.. Enumerable.Range(0, columns).Select(c => of.Slice(1, c, c + 1))];
        var isSeen = observed.Greater(0);
        var (row, mean, deviation) = (Split(isSeen.Where(x, drawn.Scores)), Split(drawn.Mean), Split(drawn.Deviation));
        for (var f = 0; f < forests.Count; f++)
        {
            var (forest, uniform) = (forests[f].Forest, uniforms.Slice(1, f, f + 1));
            var isOwn = isSeen.Slice(1, forest.Place, forest.Place + 1).Not().And(uniform.Less(forests[f].Weight));
            var (value, of, by) = Value(forest, row.Concat(1), (uniform / forests[f].Weight).Squeeze(1));
            row[forest.Place] = isOwn.Where(value.Unsqueeze(1), row[forest.Place]);
            mean[forest.Place] = isOwn.Where(of.Unsqueeze(1), mean[forest.Place]);
            deviation[forest.Place] = isOwn.Where(by.Unsqueeze(1), deviation[forest.Place]);
        }

        return (row.Concat(1), mean.Concat(1), deviation.Concat(1));
    }

    // A value of the leaf where each row ends, with the leaf's mean and deviation, [R] each.
    private static (Tensor Value, Tensor Mean, Tensor Deviation) Value(RegressionForest forest, Tensor rows, Tensor uniform)
    {
        var (graph, width, trees) = (rows.Graph, rows.Shape[1].Size!.Value, forest.Roots.Length);
        var place = uniform.Clip(0, 1) * trees;
        var tree = place.Cast(ElementType.Integer).Min(graph.Integer(trees - 1));
        var leaf = Leaf(forest, rows.MergeAxes("cells", 0), Layout.Indices(rows.Count(0), rows.Shape[0]) * width, Integers(forest.Roots).Gather(tree, 0));
        var count = Integers(forest.Counts).Gather(leaf, 0);
        var within = ((place - tree.Cast(ElementType.Double)) * count.Cast(ElementType.Double)).Cast(ElementType.Integer).Min(count - 1);
        var value = Reals(forest.Values).Gather(Integers(forest.Below).Gather(leaf, 0) + within, 0);
        return (value, OfLeaves(forest.Mean), OfLeaves(forest.Deviation));

        Tensor Integers(int[] values) => graph.Integers([.. values.Select(v => (long)v)]);

        Tensor Reals(float[] values) => graph.Constant(TensorData.Real(values, values.Length), null);

        Tensor OfLeaves(Func<int, double> of) =>
            Reals([.. forest.Counts.Select((leaves, node) => leaves == 0 ? 0f : (float)of(node))]).Gather(leaf, 0);
    }

    // A row that has come to a leaf stays there.
    private static Tensor Leaf(RegressionForest forest, Tensor cells, Tensor first, Tensor root)
    {
        var (graph, nodes, at) = (root.Graph, Enumerable.Range(0, forest.Columns.Length).ToArray(), root);
        var column = graph.Integers([.. forest.Columns.Select(by => (long)Math.Max(0, by))]);
        var threshold = graph.Constant(
            TensorData.Real([.. nodes.Select(i => forest.Columns[i] < 0 ? float.PositiveInfinity : forest.Thresholds[i])], nodes.Length), null);
        var below = graph.Integers([.. nodes.Select(i => (long)(forest.Columns[i] < 0 ? i : forest.Below[i]))]);
        for (var step = Depth(forest); step > 0; step--)
        {
            var value = cells.Gather(first + column.Gather(at, 0), 0);
            at = below.Gather(at, 0) + value.Greater(threshold.Gather(at, 0)).Cast(ElementType.Integer);
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
