using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary><c>generator.onnx</c>: z [N, d] to the mean and the variance of x, [N, p] each.</summary>
public static class GeneratorGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(GeneratorWeights weights, Precision precision = Precision.Single)
    {
        var graph = new Graph("generator", "The data-generating network: mean and variance of x given z (MissBGM Eq. 2, Appendix E.1).", precision);
        var z = graph.Input("z", [Documentation.Rows, weights.LatentDimension()], Documentation.Latent);
        var network = new GeneratorNetwork(graph, weights);
        var (mean, variance) = network.Apply(z);
        graph.Output("mean", mean, Documentation.Mean);
        graph.Output("variance", variance, Documentation.Variance);
        if (network.Factor(z) is { } factor) graph.Output("factor", factor, Documentation.Factor);
        return graph;
    }
}
