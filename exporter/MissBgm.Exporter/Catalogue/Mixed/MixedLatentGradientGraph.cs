using MissBgm.Exporter.Densities;
using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Networks;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Catalogue.Mixed;

/// <summary>The log density of z given a row with discrete columns, [N], and its gradient by z, [N, d] (MissBGM Eq. 5).</summary>
public static class MixedLatentGradientGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(MixedGeneratorWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("mixed_latent_gradient", "The unnormalised log density of z given a completed row with discrete columns, and its gradient (MissBGM Eq. 5).", precision);
        var continuous = weights.Continuous.Columns();
        var z = graph.Input("z", [Documentation.Rows, weights.Continuous.LatentDimension()], Documentation.Latent);
        var x = graph.Input("x", [Documentation.Rows, weights.EncodedColumns], Documentation.Encoded);
        var (mean, variance, logits) = new MixedGeneratorNetwork(graph, weights).Apply(z);
        var density = LatentDensity.Log(z, x.Slice(1, 0, continuous), mean, variance)
            + DiscreteDensity.Log(x.Slice(1, continuous, weights.EncodedColumns), logits, weights.Widths);
        graph.Output("log_density", density, "log p(z | x) up to a constant, [N].");
        graph.Output("gradient", density.Gradient(z), "Derivative of each row's log_density by z, [N, d].");
        return graph;
    }
}
