using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
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
        var joint = new JointDensity(graph, weights);
        Shape row = [PortTexts.Rows, joint.Rows.Count];
        var isNumeric = weights.Generator.Discrete is null;
        var z = graph.Input("z", [PortTexts.Rows, weights.Generator.LatentDimension()], PortTexts.Latent);
        var noise = graph.Input("noise", row, isNumeric ? PortTexts.MissingNoise : PortTexts.MixedNoise);
        var x = graph.Input("x", row, isNumeric ? PortTexts.ObservedValues : PortTexts.MixedRows);
        var observed = graph.Input("observed", row, PortTexts.Observed);
        var beta = graph.Input("beta", [], PortTexts.Beta);
        var (density, completed) = joint.At(z, noise, x, observed, beta);
        graph.Output("log_density", density, "log p(z, x_mis | x_obs, r), [N], tempered, with respect to z and noise, up to a constant.");
        graph.Output("latent_gradient", density.Gradient(z), "Derivative of each row's log_density by z, [N, d].");
        graph.Output("noise_gradient", density.Gradient(noise), "Derivative of each row's log_density by noise, [N, p]; zero on observed cells.");
        graph.Output("completed", completed, joint.Rows.Documentation);
        return graph;
    }
}
