using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary><c>missing_gradient.onnx</c>: the tempered log density of the missing values, [N], and its gradient by x, [N, p] (MissBGM Eq. 8).</summary>
public static class MissingGradientGraph
{
    /// <summary>Builds the graph.</summary>
    /// <param name="mask">The mask network.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    /// <param name="covarianceRank">r of the generator's covariance; with 1 or more the graph has an input <c>factor</c>.</param>
    public static Graph Build(PerceptronWeights mask, Precision precision = Precision.Single, int covarianceRank = 0)
    {
        var graph = new Graph("missing_gradient", "The unnormalised, tempered log density of the missing values given z, and its gradient (MissBGM Eqs. 7 and 8).", precision);
        Shape cells = [Documentation.Rows, mask.Inputs()];
        var x = graph.Input("x", cells, Documentation.Completed);
        var mean = graph.Input("mean", cells, Documentation.Mean);
        var variance = graph.Input("variance", cells, Documentation.Variance);
        var factor = covarianceRank == 0 ? null : graph.Input("factor", [Documentation.Rows, mask.Inputs(), covarianceRank], Documentation.Factor);
        var observed = graph.Input("observed", cells, Documentation.Observed);
        var beta = graph.Input("beta", [], Documentation.Beta);
        var logits = new Perceptron(graph, mask, "mask").Apply(x);
        var density = MissingDensity.Log(x, mean, variance, observed, logits, beta, factor);
        graph.Output("log_density", density, "Minus Eq. 8, [N]: log p(x_mis | z, x_obs, r), tempered, up to a constant.");
        graph.Output("gradient", density.Gradient(x) * (1 - observed), "Derivative of each row's log_density by x, [N, p]; zero on observed cells.");
        return graph;
    }
}
