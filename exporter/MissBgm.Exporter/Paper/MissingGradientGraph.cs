using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary>
/// <c>missing_gradient.onnx</c>: the tempered log density of the missing continuous values, [N], and its gradient by x, [N, p] (MissBGM Eq.
/// 8).
/// </summary>
public static class MissingGradientGraph
{
    /// <summary>Builds the graph.</summary>
    /// <param name="mask">The mask network.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    /// <param name="covarianceRank">r of the generator's covariance; with 1 or more the graph has an input <c>factor</c>.</param>
    /// <param name="discrete">The generator's head for discrete columns, which the mask network sees one-hot; null for a table without.</param>
    public static Graph Build(PerceptronWeights mask, Precision precision = Precision.Single, int covarianceRank = 0, DiscreteHeadWeights? discrete = null)
    {
        var graph = new Graph(
            "missing_gradient",
            "The unnormalised, tempered log density of the missing values given z, and its gradient (MissBGM Eqs. 7 and 8).", precision);
        var rows = RowColumns.Of(mask, discrete);
        Shape row = [PortTexts.Rows, rows.Count];
        var x = graph.Input("x", row, rows.Documentation);
        var mean = graph.Input("mean", row, PortTexts.Mean);
        var variance = graph.Input("variance", row, PortTexts.Variance);
        var factor = covarianceRank == 0 ? null : graph.Input("factor", [PortTexts.Rows, rows.Count, covarianceRank], PortTexts.Factor);
        var observed = graph.Input("observed", row, PortTexts.Observed);
        var beta = graph.Input("beta", [], PortTexts.Beta);
        var cells = rows.Cells(x);
        var logits = new Perceptron(graph, mask, "mask").Apply(rows.Encode(cells, rows.Levels(x)));
        // A host binds all inputs, also where no column is continuous.
        var density = cells is null
            ? beta * MissingDensity.MaskLogLikelihood(observed, logits) + 0 * (mean + variance).Sum(1)
            : MissingDensity.Log(cells, rows.Cells(mean)!, rows.Cells(variance)!, observed, logits, beta, factor is null ? null : rows.Cells(factor));
        var gradient = cells is null ? null : density.Gradient(cells) * (1 - rows.Cells(observed)!);
        graph.Output("log_density", density, "Minus Eq. 8, [N]: log p(x_mis | z, x_obs, r), tempered, up to a constant.");
        graph.Output(
            "gradient", rows.Widen(gradient, 0, observed),
            rows.Remark("Derivative of each row's log_density by x, [N, p]; zero on observed cells.", "0"));
        return graph;
    }
}
