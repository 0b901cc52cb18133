using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper.Mixed;

/// <summary>
/// <c>missing_gradient.onnx</c> of a table with discrete columns: the tempered log density of the missing continuous cells, [N], and its gradient by x,
/// [N, p] (MissBGM Eq. 8).
/// </summary>
public static class MixedMissingGradientGraph
{
    /// <summary>Builds the graph.</summary>
    /// <param name="generator">Tells the columns apart.</param>
    /// <param name="mask">The mask network: rows as <see cref="MixedGeneratorWeights.EncodedColumns"/> to one logit for each column.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(MixedGeneratorWeights generator, PerceptronWeights mask, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var graph = new Graph("missing_gradient", "The unnormalised, tempered log density of the missing continuous cells given z, and its gradient (MissBGM Eqs. 7 and 8).", precision);
        Shape row = [Documentation.Rows, generator.Columns];
        var x = graph.Input("x", row, Documentation.MixedRows);
        var mean = graph.Input("mean", row, Documentation.Mean);
        var variance = graph.Input("variance", row, Documentation.Variance);
        var observed = graph.Input("observed", row, Documentation.Observed);
        var beta = graph.Input("beta", [], Documentation.Beta);
        var rows = new MixedDensity(generator);
        var cells = generator.ContinuousColumns == 0 ? null : rows.Cells(x);
        var logits = new Perceptron(graph, mask, "mask").Apply(rows.Encode(cells, rows.Levels(x)));
        var density = beta * MissingDensity.MaskLogLikelihood(observed, logits);
        Tensor? gradient = null;
        if (cells is not null)
        {
            var residual = cells - rows.Cells(mean);
            density = -0.5 * (residual * (residual / rows.Cells(variance))).Sum(1) + density;
            gradient = density.Gradient(cells) * (1 - rows.Cells(observed));
        }
        else
        {
            // A host binds all inputs.
            density += 0 * (mean + variance).Sum(1);
        }

        graph.Output("log_density", density, "log p(continuous x_mis | z, x_obs, r), tempered, up to a constant, [N].");
        graph.Output("gradient", rows.Widen(gradient, 0, observed), "Derivative of each row's log_density by x, [N, p]; zero on observed cells and in discrete columns.");
        return graph;
    }
}
