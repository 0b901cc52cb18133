using MissBgm.Exporter.Densities;
using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Networks;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Catalogue.Mixed;

/// <summary>The tempered log density of the missing continuous cells of a row with discrete columns, [N], and its gradient by them (MissBGM Eq. 8).</summary>
public static class MixedMissingGradientGraph
{
    /// <summary>Builds the graph.</summary>
    /// <param name="generator">Tells the columns apart.</param>
    /// <param name="mask">Encoded columns to one logit for each table column.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(MixedGeneratorWeights generator, PerceptronWeights mask, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var graph = new Graph("mixed_missing_gradient", "The unnormalised, tempered log density of the missing continuous cells given z, and its gradient (MissBGM Eqs. 7 and 8).", precision);
        var continuous = generator.Continuous.Columns();
        var x = graph.Input("x", [Documentation.Rows, generator.EncodedColumns], Documentation.Encoded);
        var mean = graph.Input("mean", [Documentation.Rows, continuous], Documentation.Mean);
        var variance = graph.Input("variance", [Documentation.Rows, continuous], Documentation.Variance);
        var observed = graph.Input("observed", [Documentation.Rows, generator.TableColumns], Documentation.ObservedColumns);
        var beta = graph.Input("beta", [], Documentation.Beta);
        var cells = x.Slice(1, 0, continuous);
        var encoded = new[] { cells, x.Slice(1, continuous, generator.EncodedColumns) }.Concat(1);
        var residual = cells - mean;
        var logits = new Perceptron(graph, mask, "mask").Apply(encoded);
        var density = -0.5 * (residual * (residual / variance)).Sum(1) + beta * MissingDensity.MaskLogLikelihood(observed, logits);
        graph.Output("log_density", density, "log p(continuous x_mis | z, x_obs, r), tempered, up to a constant, [N].");
        graph.Output("gradient", density.Gradient(cells) * (1 - observed.Slice(1, 0, continuous)), "Derivative of each row's log_density by the continuous cells, [N, continuous]; zero on observed cells.");
        return graph;
    }
}
