using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper.Mixed;

/// <summary><c>latent_gradient.onnx</c> of a table with discrete columns: the log density of z given a row, [N], and its gradient by z, [N, d] (MissBGM Eq. 5).</summary>
public static class MixedLatentGradientGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(MixedGeneratorWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("latent_gradient", "The unnormalised log density of z given a completed row with discrete columns, and its gradient (MissBGM Eq. 5).", precision);
        var z = graph.Input("z", [Documentation.Rows, weights.Continuous.LatentDimension()], Documentation.Latent);
        var x = graph.Input("x", [Documentation.Rows, weights.Columns], Documentation.MixedRows);
        var density = new MixedDensity(weights).Latent(z, x, new MixedGeneratorNetwork(graph, weights).Apply(z));
        graph.Output("log_density", density, "log p(z | x) up to a constant, [N].");
        graph.Output("gradient", density.Gradient(z), "Derivative of each row's log_density by z, [N, d].");
        return graph;
    }
}
