using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary><c>encoder.onnx</c>: x [N, p] to a starting point for z, [N, d].</summary>
public static class EncoderGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(PerceptronWeights weights, Precision precision = Precision.Single)
    {
        var graph = new Graph("encoder", "The warm start's encoder: starting latent variables for rows the fit has not seen (MissBGM Appendix E.2).", precision);
        var x = graph.Input("x", [Documentation.Rows, weights.Inputs()], Documentation.Completed);
        graph.Output("z", new Perceptron(graph, weights, "encoder").Apply(x), Documentation.Latent);
        return graph;
    }
}
