using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper.Mixed;

/// <summary><c>generator_jacobian.onnx</c> of a table with discrete columns: how mean, log variance and the levels' log-probabilities change with z.</summary>
public static class MixedGeneratorJacobianGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(MixedGeneratorWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("generator_jacobian", "Derivatives of the data-generating network by z (MissBGM Section 4.1).", precision);
        var dimension = weights.Continuous.LatentDimension();
        var z = graph.Input("z", [Documentation.Rows, dimension], Documentation.Latent);
        var output = new MixedGeneratorNetwork(graph, weights).Apply(z);
        var rows = new MixedDensity(weights);
        Tensor Jacobian(Tensor values) => GeneratorJacobianGraph.Jacobian(values, z, dimension);
        graph.Output("mean_jacobian", Jacobian(rows.Widen(output.Mean, 0, output.LogProbabilities)), "d mean / d z, [N, p, d]; 0 in discrete columns.");
        graph.Output("log_variance_jacobian", Jacobian(rows.Widen(output.Variance?.Log(), 0, output.LogProbabilities)), "d log variance / d z, [N, p, d]; 0 in discrete columns.");
        graph.Output("log_probability_jacobian", Jacobian(output.LogProbabilities), "d log p(level) / d z, [N, sum of levels, d].");
        return graph;
    }
}
