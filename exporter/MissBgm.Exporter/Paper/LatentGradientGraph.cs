using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary><c>latent_gradient.onnx</c>: the log density of z given x, [N], and its gradient by z, [N, d] (MissBGM Eq. 6).</summary>
public static class LatentGradientGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(GeneratorWeights weights, Precision precision = Precision.Single)
    {
        var graph = new Graph(
            "latent_gradient", "The unnormalised log density of z given the completed row, and its gradient (MissBGM Eqs. 5 and 6).",
            precision);
        var z = graph.Input("z", [PortTexts.Rows, weights.LatentDimension()], PortTexts.Latent);
        var rows = RowColumns.Of(weights);
        var x = graph.Input("x", [PortTexts.Rows, rows.Count], rows.Documentation);
        var density = LatentDensity.Log(z, x, new GeneratorNetwork(graph, weights).Apply(z), rows);
        graph.Output("log_density", density, "Minus Eq. 6, [N]: log p(z | x) up to a constant.");
        graph.Output("gradient", density.Gradient(z), "Derivative of each row's log_density by z, [N, d].");
        return graph;
    }
}
