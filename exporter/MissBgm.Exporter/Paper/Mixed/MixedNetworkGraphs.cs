using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper.Mixed;

/// <summary><c>mask.onnx</c> and <c>encoder.onnx</c> of a table with discrete columns, which the networks see one-hot.</summary>
public static class MixedNetworkGraphs
{
    /// <summary>x [N, p] to the logits of each cell being observed, [N, p].</summary>
    public static Graph Mask(MixedGeneratorWeights generator, PerceptronWeights mask, Precision precision = Precision.Single)
    {
        var graph = new Graph("mask", "The mask network: logits of the probability that each cell is observed, given the completed row (MissBGM Eq. 3).", precision);
        graph.Output("logits", Apply(graph, generator, mask, "mask"), "Logits of the probability of being observed, [N, p].");
        return graph;
    }

    /// <summary>x [N, p] to a starting point for z, [N, d].</summary>
    public static Graph Encoder(MixedGeneratorWeights generator, PerceptronWeights encoder, Precision precision = Precision.Single)
    {
        var graph = new Graph("encoder", "The warm start's encoder: starting latent variables for rows the fit has not seen (MissBGM Appendix E.2).", precision);
        graph.Output("z", Apply(graph, generator, encoder, "encoder"), Documentation.Latent);
        return graph;
    }

    private static Tensor Apply(Graph graph, MixedGeneratorWeights generator, PerceptronWeights network, string name)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var x = graph.Input("x", [Documentation.Rows, generator.Columns], Documentation.MixedRows);
        return new Perceptron(graph, network, name).Apply(new MixedDensity(generator).Encode(x));
    }
}
