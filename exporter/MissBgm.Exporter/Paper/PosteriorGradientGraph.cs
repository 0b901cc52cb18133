using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary>
/// <c>posterior_gradient.onnx</c>: the log density of z and the missing values together, [N], its gradients, and the completed rows
/// (MissBGM Eq. 11), with missing numbers as mean + s.d. * noise and missing levels as the quantile of p(level | z) at Phi(noise). Given z,
/// all of the noise is standard normal a priori.
/// </summary>
/// <remarks>
/// With the noise held, a level jumps where z crosses a line; only the mask term feels it. The gradients are those beside the jumps:
/// leapfrog steps that cross one have an
/// energy error of its size, which the accept/reject decision puts right.
/// </remarks>
public static class PosteriorGradientGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(MissBgmWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph(
            "posterior_gradient",
            "The unnormalised, tempered log density of z and the missing values given the observed ones, and its gradients (MissBGM "
            + "Eq. 11).",
            precision);
        var rows = RowColumns.Of(weights.Generator);
        Shape row = [PortTexts.Rows, rows.Count];
        var isNumeric = weights.Generator.Discrete is null;
        var z = graph.Input("z", [PortTexts.Rows, weights.Generator.LatentDimension()], PortTexts.Latent);
        var noise = graph.Input("noise", row, isNumeric ? PortTexts.MissingNoise : PortTexts.MixedNoise);
        var x = graph.Input("x", row, isNumeric ? PortTexts.ObservedValues : PortTexts.MixedRows);
        var observed = graph.Input("observed", row, PortTexts.Observed);
        var beta = graph.Input("beta", [], PortTexts.Beta);
        var output = new GeneratorNetwork(graph, weights.Generator).Apply(z);
        var levels = weights.Generator.Discrete is { } discrete ? CompleteLevels(rows, discrete.Levels, noise, x, observed, output.LogProbabilities!) : null;
        var density = levels is null ? null : PosteriorDensity.Levels(rows, z, noise, levels, output.LogProbabilities!, observed);
        var cells = output.Mean is { } mean
            ? PosteriorDensity.Complete(rows.Cells(noise)!, rows.Cells(x)!, mean, output.Variance!, rows.Cells(observed)!)
            : null;
        if (density is not null && cells is not null)
        {
            density = PosteriorDensity.BesideLevels(density, rows.Cells(noise)!, cells, rows.Cells(x)!, output, rows.Cells(observed)!);
        }
        var logits = new Perceptron(graph, weights.Mask, "mask").Apply(rows.Encode(cells, levels));
        density = density is null
            ? PosteriorDensity.Log(z, noise, cells!, output.Mean!, output.Variance!, observed, logits, beta, output.Factor)
            : density + beta * MissingDensity.MaskLogLikelihood(observed, logits);
        graph.Output("log_density", density, "log p(z, x_mis | x_obs, r), [N], tempered, with respect to z and noise, up to a constant.");
        graph.Output("latent_gradient", density.Gradient(z), "Derivative of each row's log_density by z, [N, d].");
        graph.Output("noise_gradient", density.Gradient(noise), "Derivative of each row's log_density by noise, [N, p]; zero on observed cells.");
        graph.Output("completed", RowColumns.Join(cells, levels), rows.Documentation);
        return graph;
    }

    // No derivative flows through a level.
    private static Tensor CompleteLevels(RowColumns rows, IReadOnlyList<int> widths, Tensor noise, Tensor x, Tensor observed, Tensor logProbabilities)
    {
        var uniform = 0.5 * ((rows.Levels(noise)! / Math.Sqrt(2)).Erf() + 1);
        var heads = DiscreteColumns.Split(logProbabilities, widths);
        var drawn = heads.Select((head, j) => DiscreteColumns.Draw(head, uniform.Slice(1, j, j + 1))).ToArray().Concat(1);
        return rows.Levels(observed)!.Less(0.5).Where(drawn, rows.Levels(x)!).Held();
    }
}
