using MissBgm.Exporter.Catalogue;
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
    public static Graph Build(CollapsedWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("collapsed_latent", "The collapsed log density of z, its gradient and its precision: what a Newton step or a Laplace approximation needs.", precision);
        var cells = new CollapsedCells(graph, weights);
        var d = weights.LatentDimension;
        var z = graph.Input("z", [Documentation.Rows, d], Documentation.Latent);
        var x = graph.Input("x", [Documentation.Rows, weights.Columns], Documentation.ObservedValues);
        var observed = graph.Input("observed", [Documentation.Rows, weights.Columns], Documentation.Observed);
        var (u, h) = cells.Arguments(z, x, observed);
        var mills = h.InverseMills();

        var toMean = observed * cells.InverseScale * (u - mills * cells.Slope);
        var toThreshold = mills * (observed * cells.InverseW - (1 - observed));
        var gradient = toMean.Gemm(cells.Loadings, transposeB: true) + toThreshold.Gemm(cells.ThresholdLoadings, transposeB: true) - z;

        var curvature = mills * (mills + h);
        var metric = (observed * cells.InverseScale.Square()).Gemm(cells.Squares(weights.Loadings))
            + (observed * curvature).Gemm(cells.Squares(ObservedDirections(weights)))
            + ((1 - observed) * curvature).Gemm(cells.Squares(weights.ThresholdLoadings));

        graph.Output("log_density", cells.LogDensity(z, u, h, observed), Documentation.CollapsedDensity);
        graph.Output("gradient", gradient, "Derivative of each row's log_density by z, [N, d].");
        graph.Output("precision", metric.Reshape([Documentation.Rows, d, d]) + Identity(graph, d), "Minus the Hessian of each row's log_density, positive definite, [N, d, d].");
        return graph;
    }

    // (C - rho W / sigma) / w, [d, p].
    private static double[] ObservedDirections(CollapsedWeights weights)
    {
        var directions = new double[weights.Loadings.Length];
        for (var i = 0; i < directions.Length; i++)
        {
            var (j, rho) = (i % weights.Columns, weights.Correlation[i % weights.Columns]);
            directions[i] = (weights.ThresholdLoadings[i] - rho * weights.Loadings[i] / weights.Scale[j]) / Math.Sqrt(1 - rho * rho);
        }

        return directions;
    }

    private static Tensor Identity(Graph graph, int d)
    {
        var identity = new double[d * d];
        for (var k = 0; k < d; k++) identity[k * d + k] = 1;
        return graph.Constant(identity, [1, d, d], null);
    }
}
