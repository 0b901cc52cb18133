using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Collapsed;

/// <summary><c>collapsed_density.onnx</c>: log p(x_obs, r, z) of each row, the missing values integrated out.</summary>
public static class CollapsedDensityGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(CollapsedMixture mixture, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        var graph = new Graph("collapsed_density", "The log density of z with a row's observed values and its mask, missing values integrated out.", precision);
        var cells = new CollapsedCells(graph, mixture);
        var z = graph.Input("z", [PortTexts.Rows, mixture.LatentDimension], PortTexts.Latent);
        var x = graph.Input("x", [PortTexts.Rows, mixture.Columns], PortTexts.ObservedValues);
        var observed = graph.Input("observed", [PortTexts.Rows, mixture.Columns], PortTexts.Observed);
        var (u, h) = cells.Arguments(z, x, observed);
        graph.Output("log_density", cells.LogDensity(z, u, h, observed), PortTexts.CollapsedDensity);
        return graph;
    }
}
