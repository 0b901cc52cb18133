using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary>
/// <c>posterior_gradient.onnx</c>: the log density of z and the missing values together, [N], its gradients, and the completed rows (MissBGM Eq. 11,
/// with the missing values as mean + s.d. * noise).
/// </summary>
public static class PosteriorGradientGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(MissBgmWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("posterior_gradient", "The unnormalised, tempered log density of z and the missing values given the observed ones, and its gradients (MissBGM Eq. 11).", precision);
        Shape cells = [Documentation.Rows, weights.Generator.Columns()];
        var z = graph.Input("z", [Documentation.Rows, weights.Generator.LatentDimension()], Documentation.Latent);
        var noise = graph.Input("noise", cells, Documentation.MissingNoise);
        var x = graph.Input("x", cells, Documentation.ObservedValues);
        var observed = graph.Input("observed", cells, Documentation.Observed);
        var beta = graph.Input("beta", [], Documentation.Beta);
        var network = new GeneratorNetwork(graph, weights.Generator);
        var (mean, variance) = network.Apply(z);
        var completed = PosteriorDensity.Complete(noise, x, mean, variance, observed);
        var logits = new Perceptron(graph, weights.Mask, "mask").Apply(completed);
        var density = PosteriorDensity.Log(z, noise, completed, mean, variance, observed, logits, beta, network.Factor(z));
        graph.Output("log_density", density, "log p(z, x_mis | x_obs, r), [N], tempered, with respect to z and noise, up to a constant.");
        graph.Output("latent_gradient", density.Gradient(z), "Derivative of each row's log_density by z, [N, d].");
        graph.Output("noise_gradient", density.Gradient(noise), "Derivative of each row's log_density by noise, [N, p]; zero on observed cells.");
        graph.Output("completed", completed, Documentation.Completed);
        return graph;
    }
}
