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
/// <param name="forests">The forests.</param>
/// <param name="passes">How often they draw the numbers of a row.</param>
internal sealed class ForestColumns(IReadOnlyList<WeightedForest> forests, int passes)
{
    /// <summary>Uniform numbers behind a draw of a row.</summary>
    public int Uniforms => passes * forests.Count;

    /// <summary>Draws numbers anew, one column after another, where chance gives them to the forest, in every pass the same ones.</summary>
    /// <param name="drawn">Draws of the Gaussian columns, with means and deviations of what they were drawn from, [R, q] each.</param>
    /// <param name="x">Observed values, [R, q].</param>
    /// <param name="observed">r, [R, q].</param>
    /// <param name="uniforms">Uniform numbers, [R, passes x forests].</param>
    public (Tensor Scores, Tensor Mean, Tensor Deviation) Draw((Tensor Scores, Tensor Mean, Tensor Deviation) drawn, Tensor x, Tensor observed, Tensor uniforms)
    {
        var columns = (int)x.Shape[1].Size!.Value;
        Tensor[] Split(Tensor of) => [.. Enumerable.Range(0, columns).Select(c => of.Slice(1, c, c + 1))];
        var isSeen = observed.Greater(0);
        var trees = forests.Select(own => new ForestTensors(x.Graph, own.Forest)).ToArray();
        var (row, mean, deviation) = (Split(isSeen.Where(x, drawn.Scores)), Split(drawn.Mean), Split(drawn.Deviation));
        for (var i = 0; i < Uniforms; i++)
        {
            var f = i % forests.Count;
            var (forest, uniform) = (forests[f].Forest, uniforms.Slice(1, f, f + 1));
            var isOwn = isSeen.Slice(1, forest.Place, forest.Place + 1).Not().And(uniform.Less(forests[f].Weight));
            var choice = i == f ? uniform / forests[f].Weight : uniforms.Slice(1, i, i + 1);
            var (value, of, by) = trees[f].Draw(row.Concat(1), choice.Squeeze(1));
            row[forest.Place] = isOwn.Where(value.Unsqueeze(1), row[forest.Place]);
            mean[forest.Place] = isOwn.Where(of.Unsqueeze(1), mean[forest.Place]);
            deviation[forest.Place] = isOwn.Where(by.Unsqueeze(1), deviation[forest.Place]);
        }

        return (row.Concat(1), mean.Concat(1), deviation.Concat(1));
    }
}
