using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Collapsed;

/// <summary>
/// <c>collapsed_latent.onnx</c>: the collapsed log density of z with its gradient and its precision Lambda = I + sum over observed cells of
/// J J' / sigma^2 + sum over cells of kappa q q', kappa = m (m + h), m = phi(h) / Phi(h); q = (J_t - rho J / sigma) / w where observed, J_t where
/// missing. J and J_t are constant, so Lambda is minus the exact Hessian, and the density is log-concave.
/// </summary>
public static class CollapsedLatentGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(CollapsedMixture mixture, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        var graph = new Graph(
            "collapsed_latent",
            "The collapsed log density of z, its gradient and its precision: what a Newton step or a Laplace approximation needs.",
            precision);
        var cells = new CollapsedCells(graph, mixture);
        var d = mixture.LatentDimension;
        var z = graph.Input("z", [PortTexts.Rows, d], PortTexts.Latent);
        var x = graph.Input("x", [PortTexts.Rows, mixture.Columns], PortTexts.ObservedValues);
        var observed = graph.Input("observed", [PortTexts.Rows, mixture.Columns], PortTexts.Observed);
        var (density, gradient, curvature) = Terms(cells, z, x, observed);
        graph.Output("log_density", density, PortTexts.CollapsedDensity);
        graph.Output("gradient", gradient, "Derivative of each row's log_density by z, [N, d].");
        graph.Output("precision", curvature, "Minus the Hessian of each row's log_density, positive definite, [N, d, d].");
        return graph;
    }

    /// <summary>The log density of z, its gradient and its precision.</summary>
    internal static (Tensor LogDensity, Tensor Gradient, Tensor Precision) Terms(CollapsedCells cells, Tensor z, Tensor x, Tensor observed)
    {
        var (u, h) = cells.Arguments(z, x, observed);
        var mills = h.InverseMills();

        var toMean = observed * cells.InverseScale * (u - mills * cells.Slope);
        var toThreshold = mills * (observed * cells.InverseW - (1 - observed));
        var gradient = cells.ToLatent(toMean, cells.Loadings) + cells.ToLatent(toThreshold, cells.ThresholdLoadings) - z;

        var curvature = mills * (mills + h);
        var metric = cells.Metric(observed * cells.InverseScale.Square(), cells.Loadings, weights => weights.Loadings)
            + cells.Metric(observed * curvature, cells.ObservedDirections, CollapsedCells.Directions)
            + cells.Metric((1 - observed) * curvature, cells.ThresholdLoadings, weights => weights.ThresholdLoadings);
        return (cells.LogDensity(z, u, h, observed), gradient, metric + Identity(z.Graph, (int)z.Shape[1].Size!.Value));
    }

    private static Tensor Identity(Graph graph, int d)
    {
        var identity = new double[d * d];
        for (var k = 0; k < d; k++) identity[k * d + k] = 1;
        return graph.Constant(identity, [1, d, d], null);
    }
}
