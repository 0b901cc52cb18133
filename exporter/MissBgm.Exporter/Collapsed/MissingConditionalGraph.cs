using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Collapsed;

/// <summary>
/// <c>missing_conditional.onnx</c>: the law of every cell given z and that it is missing. With m = phi(t) / Phi(-t): mean mu - sigma rho m, variance
/// sigma^2 (1 - rho^2 m (m - t)), and the exact draw mu + sigma (rho delta + w xi), delta = Phi^-1(U Phi(-t)), xi ~ N(0, 1).
/// </summary>
public static class MissingConditionalGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(CollapsedMixture mixture, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        var graph = new Graph(
            "missing_conditional",
            "Each cell given z and that it is missing: mean, standard deviation, and a draw from a uniform and a normal number.",
            precision);
        var cells = new CollapsedCells(graph, mixture);
        Shape shape = [PortTexts.Rows, mixture.Columns];
        var z = graph.Input("z", [PortTexts.Rows, mixture.LatentDimension], PortTexts.Latent);
        var uniform = graph.Input("uniform", shape, "Uniform numbers on (0, 1), [N, p].");
        var noise = graph.Input("noise", shape, "Standard normal numbers, [N, p].");

        var (mean, deviation, draw) = Terms(cells, z, uniform, noise);
        graph.Output("mean", mean, "E[x | z, missing], [N, p], in standardised units.");
        graph.Output("standard_deviation", deviation, "Standard deviation of x given z and that it is missing, [N, p].");
        graph.Output("draw", draw, "An exact draw of x given z and that it is missing, [N, p].");
        return graph;
    }

    /// <summary>Mean, standard deviation and a draw of each cell given z and that it is missing.</summary>
    internal static (Tensor Mean, Tensor StandardDeviation, Tensor Draw) Terms(CollapsedCells cells, Tensor z, Tensor uniform, Tensor noise)
    {
        var mean = cells.MissingMean(z);
        var threshold = cells.Threshold(z);
        var below = -threshold;
        var variance = cells.W.Square() + cells.Correlation.Square() * threshold.TruncatedVariance();
        var delta = (uniform.Log() + below.LogNormalCdf()).NormalQuantileOfLog();
        return (
            mean - cells.MissingScale * cells.Correlation * below.InverseMills(),
            cells.MissingScale * variance.Sqrt(),
            mean + cells.MissingScale * (cells.Correlation * delta + cells.W * noise));
    }
}
