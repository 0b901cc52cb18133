using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary><c>mask.onnx</c>: x [N, p] to the logits of each cell being observed, [N, p].</summary>
public static class MaskGraph
{
    /// <summary>Builds the graph.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    /// <param name="discrete">The generator's head for discrete columns, which the network sees one-hot; null for a table without.</param>
    public static Graph Build(PerceptronWeights weights, Precision precision = Precision.Single, DiscreteHeadWeights? discrete = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph(
            "mask", "The mask network: logits of the probability that each cell is observed, given the completed row (MissBGM Eq. 3).",
            precision);
        var rows = RowColumns.Of(weights, discrete);
        var x = graph.Input("x", [PortTexts.Rows, rows.Count], rows.Documentation);
        graph.Output("logits", new Perceptron(graph, weights, "mask").Apply(rows.Encode(x)), "Logits of the probability of being observed, [N, p].");
        return graph;
    }
}
