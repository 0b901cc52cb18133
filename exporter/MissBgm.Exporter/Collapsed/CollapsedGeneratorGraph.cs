using MissBgm.Exporter.Catalogue;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Collapsed;

/// <summary><c>generator.onnx</c> of a collapsed model: z [N, d] to the mean and the variance of x, [N, p] each, whatever the mask.</summary>
public static class CollapsedGeneratorGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(CollapsedWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("generator", "The linear factor model: mean and variance of x given z.", precision);
        var cells = new CollapsedCells(graph, weights);
        var z = graph.Input("z", [Documentation.Rows, weights.LatentDimension], Documentation.Latent);
        var mean = cells.Mean(z);
        graph.Output("mean", mean, Documentation.Mean);
        graph.Output("variance", cells.Scale.Square().ExpandAs(mean), Documentation.Variance);
        return graph;
    }
}
