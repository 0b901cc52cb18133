using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary><c>generator_jacobian.onnx</c>: how the mean and the log variance of x change with z, [N, p, d] each.</summary>
public static class GeneratorJacobianGraph
{
    /// <summary>Builds the graph: one directional derivative for each latent dimension, all of which share the forward pass.</summary>
    public static Graph Build(GeneratorWeights weights, Precision precision = Precision.Single)
    {
        var graph = new Graph("generator_jacobian", "Derivatives of the data-generating network by z (MissBGM Eq. 2).", precision);
        var dimension = weights.LatentDimension();
        var z = graph.Input("z", [Documentation.Rows, dimension], Documentation.Latent);
        var (mean, variance) = new GeneratorNetwork(graph, weights).Apply(z);
        graph.Output("mean_jacobian", Jacobian(mean, z, dimension), "d mean / d z, [N, p, d].");
        graph.Output("log_variance_jacobian", Jacobian(variance.Log(), z, dimension), "d log variance / d z, [N, p, d].");
        return graph;
    }

    /// <summary>The derivatives of [N, m] by z [N, d], as [N, m, d].</summary>
    internal static Tensor Jacobian(Tensor output, Tensor z, int dimension) => Enumerable.Range(0, dimension)
        .Select(axis => output.JacobianVectorProduct(z, Unit(z.Graph, axis, dimension)).ExpandAs(output).Unsqueeze(2))
        .ToArray()
        .Concat(2);

    private static Tensor Unit(Graph graph, int axis, int dimension)
    {
        var values = new double[dimension];
        values[axis] = 1;
        return graph.Constant(values, [1, dimension]);
    }
}
