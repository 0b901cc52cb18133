using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Networks;

namespace MissBgm.Exporter.Catalogue.Mixed;

/// <summary>The generator of a table with discrete columns: z [N, d] to mean and variance of the continuous columns and logits of the discrete ones.</summary>
public static class MixedGeneratorGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(MixedGeneratorWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("mixed_generator", "The data-generating network of a table with discrete columns (MissBGM Section 4.1).", precision);
        var z = graph.Input("z", [Documentation.Rows, weights.Continuous.LatentDimension()], Documentation.Latent);
        var (mean, variance, logits) = new MixedGeneratorNetwork(graph, weights).Apply(z);
        graph.Output("mean", mean, Documentation.Mean);
        graph.Output("variance", variance, Documentation.Variance);
        graph.Output("logits", logits, "Logits of the discrete columns given z: one for a Bernoulli column, k for k categories.");
        return graph;
    }
}
