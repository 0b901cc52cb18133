using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper.Mixed;

/// <summary><c>generator.onnx</c> of a table with discrete columns: z [N, d] to mean and variance, [N, p] each, and the levels' log-probabilities.</summary>
public static class MixedGeneratorGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(MixedGeneratorWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("generator", "The data-generating network of a table with discrete columns (MissBGM Section 4.1).", precision);
        var z = graph.Input("z", [Documentation.Rows, weights.Continuous.LatentDimension()], Documentation.Latent);
        var output = new MixedGeneratorNetwork(graph, weights).Apply(z);
        var density = new MixedDensity(weights);
        graph.Output("mean", density.Widen(output.Mean, 0, output.LogProbabilities), Documentation.Mean + " 0 in discrete columns.");
        graph.Output("variance", density.Widen(output.Variance, 1, output.LogProbabilities), Documentation.Variance + " 1 in discrete columns.");
        graph.Output("log_probabilities", output.LogProbabilities, "Log-probabilities of the levels of the discrete columns given z, column after column, [N, sum of levels].");
        return graph;
    }
}
