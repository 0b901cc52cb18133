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
        var z = graph.Input("z", [PortTexts.Rows, weights.LatentDimension()], PortTexts.Latent);
        var rows = RowColumns.Of(weights);
        var output = new GeneratorNetwork(graph, weights).Apply(z);
        var levels = output.LogProbabilities;
        graph.Output("mean", rows.Widen(output.Mean, 0, levels), rows.Remark(PortTexts.Mean, "0"));
        graph.Output("variance", rows.Widen(output.Variance, 1, levels), rows.Remark(PortTexts.Variance, "1"));
        if (output.Factor is { } factor) graph.Output("factor", rows.Widen(factor, 0, levels), rows.Remark(PortTexts.Factor, "0"));
        if (levels is not null)
        {
            graph.Output(
                "log_probabilities", levels,
                "Log-probabilities of the levels of the discrete columns given z, column after column, [N, sum of levels].");
        }
        return graph;
    }
}
