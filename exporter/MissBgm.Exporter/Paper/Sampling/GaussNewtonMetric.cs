using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper.Sampling;

/// <summary>
/// A matrix L for each row with L L' the inverse of the Gauss-Newton precision of z given the observed cells, as the runtime has it: I + the sum
/// over observed cells of J J' / variance + 1/2 K K', with J = d mean / d z and K = d log variance / d z, and over the levels of observed
/// discrete cells of p G G', with G = d log p / d z.
/// </summary>
internal static class GaussNewtonMetric
{
    /// <summary>L at z, [N, d, d].</summary>
    /// <param name="rows">The columns.</param>
    /// <param name="output">The generator's output at z.</param>
    /// <param name="z">[N, d].</param>
    /// <param name="observed">1 where a cell is observed, 0 where it is missing, [N, p].</param>
    public static Tensor Factor(RowColumns rows, GeneratorOutput output, Tensor z, Tensor observed)
    {
        var dimension = (int)z.Shape[1].Size!.Value;
        var terms = new List<Tensor>();
        if (output is { Mean: { } mean, Variance: { } variance })
        {
            var seen = rows.Cells(observed)!;
            terms.Add(Squares(GeneratorJacobianGraph.Jacobian(mean, z, dimension), seen / variance));
            terms.Add(Squares(GeneratorJacobianGraph.Jacobian(variance.Log(), z, dimension), 0.5 * seen));
        }

        if (output.LogProbabilities is { } levels)
        {
            terms.Add(Squares(GeneratorJacobianGraph.Jacobian(levels, z, dimension), rows.Spread(rows.Levels(observed)!) * levels.Exp()));
        }

        double[] identity = [.. Enumerable.Range(0, dimension * dimension).Select(i => i % (dimension + 1) == 0 ? 1.0 : 0.0)];
        var precision = terms.Aggregate((sum, term) => sum + term) + z.Graph.Constant(identity, [1, dimension, dimension]);
        var cholesky = CholeskyColumns.Of(precision);
        var zero = z.Cast(ElementType.Double) * 0;
        Tensor Unit(int axis) => zero + z.Graph.Doubles(identity[(axis * dimension)..((axis + 1) * dimension)], [1, dimension]);
        return Enumerable.Range(0, dimension).Select(axis => cholesky.SolveTransposed(Unit(axis)).Unsqueeze(2)).ToArray().Concat(2).Cast(ElementType.Real);
    }

    // Sum over m of weight J J', [N, d, d], of J [N, m, d].
    private static Tensor Squares(Tensor jacobian, Tensor weight) => jacobian.SwapLastAxes().MatMul(jacobian * weight.Unsqueeze(2));
}
