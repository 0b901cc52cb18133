using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Collapsed;

/// <summary>
/// <c>sensitivity.onnx</c>: <see cref="MissingConditionalGraph"/> with each column's correlation between noise and selection moved from the fitted rho to rho'.
/// What the data tell stays as fitted: at every z the chance of being observed, Phi(t), and the mean and variance of an observed cell,
/// mu + sigma rho k and sigma^2 (1 - rho^2 k (k + t)), k = phi(t) / Phi(t); so sigma' = sigma sqrt((1 - rho^2 k (k + t)) / (1 - rho'^2 k (k + t))) and
/// mu' = mu + (sigma rho - sigma' rho') k. Only what they do not tell, the law of a missing cell, moves (as in Copas and Li 1997, with rho
/// the sensitivity parameter).
/// </summary>
public static class SensitivityGraph
{
    /// <summary>|rho'| is cut off here, as in the fit.</summary>
    private const double CorrelationBound = 0.99995;

    /// <summary>Builds the graph.</summary>
    public static Graph Build(CollapsedMixture mixture, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        var graph = new Graph(
            "sensitivity",
            "Each cell given z and that it is missing, had its column another correlation between noise and selection than fitted.",
            precision);
        var cells = new CollapsedCells(graph, mixture);
        Shape shape = [PortTexts.Rows, mixture.Columns];
        var z = graph.Input("z", [PortTexts.Rows, mixture.LatentDimension], PortTexts.Latent);
        var uniform = graph.Input("uniform", shape, "Uniform numbers on (0, 1), [N, p].");
        var noise = graph.Input("noise", shape, "Standard normal numbers, [N, p].");
        var change = graph.Input(
            "correlation_change", [1, mixture.Columns],
            $"What is added to each column's rho, [1, p]; the sum is cut off at +-{CorrelationBound}.");

        var threshold = cells.Threshold(z);
        var below = -threshold;
        var correlation = (cells.Correlation + change).Min(CorrelationBound).Max(-CorrelationBound);
        var share = 1 - correlation.Square();
        var observed = below.TruncatedVariance();
        var scale = cells.MissingScale * ((cells.W.Square() + cells.Correlation.Square() * observed) / (share + correlation.Square() * observed)).Sqrt();
        var mean = cells.MissingMean(z) + (cells.MissingScale * cells.Correlation - scale * correlation) * threshold.InverseMills();

        var delta = (uniform.Log() + below.LogNormalCdf()).NormalQuantileOfLog();
        graph.Output("mean", mean - scale * correlation * below.InverseMills(), "E[x | z, missing], [N, p], in standardised units.");
        graph.Output(
            "standard_deviation", scale * (share + correlation.Square() * threshold.TruncatedVariance()).Sqrt(),
            "Standard deviation of x given z and that it is missing, [N, p].");
        graph.Output("draw", mean + scale * (correlation * delta + share.Sqrt() * noise), "An exact draw of x given z and that it is missing, [N, p].");
        return graph;
    }
}
