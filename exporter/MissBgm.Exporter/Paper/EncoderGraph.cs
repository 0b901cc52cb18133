using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary><c>encoder.onnx</c>: x [N, p] to a starting point for z, [N, d].</summary>
public static class EncoderGraph
{
    /// <summary>Builds the graph.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    /// <param name="discrete">The generator's head for discrete columns, which the network sees one-hot; null for a table without.</param>
    public static Graph Build(PerceptronWeights weights, Precision precision = Precision.Single, DiscreteHeadWeights? discrete = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph(
            "encoder", "The warm start's encoder: starting latent variables for rows the fit has not seen (MissBGM Appendix E.2).",
            precision);
        var rows = RowColumns.Of(weights, discrete);
        var x = graph.Input("x", [PortTexts.Rows, rows.Count], rows.Documentation);
        graph.Output("z", new Perceptron(graph, weights, "encoder").Apply(rows.Encode(x)), PortTexts.Latent);
        return graph;
    }
}
