using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Collapsed;

/// <summary>
/// <c>generator.onnx</c> of a collapsed model: z [N, d], with members also <c>member</c> [N], to the mean and the variance of x, [N, p]
/// each, whatever the mask.
/// </summary>
public static class CollapsedGeneratorGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(CollapsedMixture mixture, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        var graph = new Graph("generator", "The linear factor model, or a member of a mixture of them: mean and variance of x given z.", precision);
        var cells = new CollapsedCells(graph, mixture);
        var z = graph.Input("z", [PortTexts.Rows, mixture.LatentDimension], PortTexts.Latent);
        var mean = cells.Mean(z);
        graph.Output("mean", mean, PortTexts.Mean);
        graph.Output("variance", cells.Scale.Square().ExpandAs(mean), PortTexts.Variance);
        return graph;
    }
}
