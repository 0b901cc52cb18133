using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary><c>generator_jacobian.onnx</c>: how the mean and the log variance of x change with z, [N, p, d] each, and the levels' log-probabilities.</summary>
public static class GeneratorJacobianGraph
{
    /// <summary>Builds the graph: one directional derivative for each latent dimension, all of which share the forward pass.</summary>
    public static Graph Build(GeneratorWeights weights, Precision precision = Precision.Single)
    {
        var graph = new Graph("generator_jacobian", "Derivatives of the data-generating network by z (MissBGM Eq. 2).", precision);
        var dimension = weights.LatentDimension();
        var z = graph.Input("z", [PortTexts.Rows, dimension], PortTexts.Latent);
        var rows = RowColumns.Of(weights);
        var output = new GeneratorNetwork(graph, weights).Apply(z);
        var levels = output.LogProbabilities;
        graph.Output("mean_jacobian", Jacobian(rows.Widen(output.Mean, 0, levels), z, dimension), rows.Remark("d mean / d z, [N, p, d].", "0"));
        graph.Output(
            "log_variance_jacobian", Jacobian(rows.Widen(output.Variance?.Log(), 0, levels), z, dimension),
            rows.Remark("d log variance / d z, [N, p, d].", "0"));
        if (levels is not null) graph.Output("log_probability_jacobian", Jacobian(levels, z, dimension), "d log p(level) / d z, [N, sum of levels, d].");
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
