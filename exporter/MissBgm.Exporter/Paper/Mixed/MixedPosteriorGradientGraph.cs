using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper.Mixed;

/// <summary>
/// <c>posterior_gradient.onnx</c> of a table with discrete columns: the log density of z and the missing values together (MissBGM Eq. 11), with missing
/// numbers as mean + s.d. * noise and missing levels as the quantile of p(level | z) at Phi(noise). Given z, all of the noise is standard normal a priori.
/// </summary>
/// <remarks>
/// With the noise held, a level jumps where z crosses a line; only the mask term feels it. The gradients are those beside the jumps: leapfrog steps that
/// cross one have an energy error of its size, which the accept/reject decision puts right.
/// </remarks>
public static class MixedPosteriorGradientGraph
{
    /// <summary>Builds the graph.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="mask">The mask network.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(MixedGeneratorWeights generator, PerceptronWeights mask, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var graph = new Graph("posterior_gradient", "The unnormalised, tempered log density of z and the missing values given the observed ones, and its gradients (MissBGM Eq. 11).", precision);
        Shape row = [Documentation.Rows, generator.Columns];
        var z = graph.Input("z", [Documentation.Rows, generator.Continuous.LatentDimension()], Documentation.Latent);
        var noise = graph.Input("noise", row, Documentation.MixedNoise);
        var x = graph.Input("x", row, Documentation.MixedRows);
        var observed = graph.Input("observed", row, Documentation.Observed);
        var beta = graph.Input("beta", [], Documentation.Beta);
        var rows = new MixedDensity(generator);
        var output = new MixedGeneratorNetwork(graph, generator).Apply(z);

        var levels = Complete(rows, noise, x, observed, output.LogProbabilities);
        var oneHot = DiscreteDensity.OneHot(levels, generator.Discrete.Levels);
        var seen = rows.Levels(observed).Gather(graph.Integers([.. generator.Discrete.Levels.SelectMany((count, j) => Enumerable.Repeat((long)j, count))]), 1);
        var prior = -0.5 * (z.Square().Sum(1) + ((1 - observed) * noise.Square()).Sum(1));
        var density = prior + (seen * oneHot * output.LogProbabilities).Sum(1);
        Tensor? cells = null;
        if (output.Mean is { } mean && output.Variance is { } variance)
        {
            cells = PosteriorDensity.Complete(rows.Cells(noise), rows.Cells(x), mean, variance, rows.Cells(observed));
            var residual = rows.Cells(x) - mean;
            density -= 0.5 * (rows.Cells(observed) * (residual * (residual / variance) + variance.Log())).Sum(1);
        }

        var logits = new Perceptron(graph, mask, "mask").Apply(cells is null ? oneHot : new[] { cells, oneHot }.Concat(1));
        density += beta * MissingDensity.MaskLogLikelihood(observed, logits);
        graph.Output("log_density", density, "log p(z, x_mis | x_obs, r), [N], tempered, with respect to z and noise, up to a constant.");
        graph.Output("latent_gradient", density.Gradient(z), "Derivative of each row's log_density by z, [N, d], where no level jumps.");
        graph.Output("noise_gradient", density.Gradient(noise), "Derivative of each row's log_density by noise, [N, p], where no level jumps; zero on observed cells.");
        graph.Output("completed", cells is null ? levels : new[] { cells, levels }.Concat(1), Documentation.MixedRows);
        return graph;
    }

    // No derivative flows through a level.
    private static Tensor Complete(MixedDensity rows, Tensor noise, Tensor x, Tensor observed, Tensor logProbabilities)
    {
        var uniform = 0.5 * ((rows.Levels(noise) / Math.Sqrt(2)).Erf() + 1);
        var heads = DiscreteDensity.Split(logProbabilities, rows.Weights.Discrete.Levels);
        var drawn = heads.Select((head, j) => DiscreteDensity.Draw(head, uniform.Slice(1, j, j + 1))).ToArray().Concat(1);
        return rows.Levels(observed).Less(0.5).Where(drawn, rows.Levels(x)).Held();
    }
}
