using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Paper.Sampling;

namespace MissBgm.Exporter.Paper;

/// <summary>
/// <c>map_step.onnx</c>: one Adam step on z with x held, then one on the missing values with the new z held (MissBGM Algorithm 1, lines 7
/// and 8).
/// </summary>
public static class MapStepGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(MissBgmWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph(
            "map_step",
            "One alternation of MAP refinement: an Adam step on z, then on the missing values (MissBGM Section 4.3, Algorithm 1).",
            precision);
        Shape latent = [PortTexts.Rows, weights.Generator.LatentDimension()];
        Shape cells = [PortTexts.Rows, weights.Generator.Columns()];
        var z = State(graph, "z", latent, PortTexts.Latent);
        var x = State(graph, "x", cells, PortTexts.Completed);
        var observed = graph.Input("observed", cells, PortTexts.Observed);
        var beta = graph.Input("beta", [], PortTexts.Beta);
        var step = graph.Input("step", [], "Number of this step, 1 for the first; a scalar.");
        var clip = graph.Input("gradient_clip", [], "Norm above which a row's gradient is scaled down; a scalar.");
        var latentRate = graph.Input("latent_rate", [PortTexts.Rows], "Learning rate of z, [N]; 0 leaves a row where it is.");
        var missingRate = graph.Input("missing_rate", [PortTexts.Rows], "Learning rate of the missing values, [N]; 0 leaves a row where it is.");

        var generator = new GeneratorNetwork(graph, weights.Generator);
        var (mean, variance) = generator.Moments(z.Value);
        var latentDensity = LatentDensity.Log(z.Value, x.Value, mean, variance);
        var nextZ = z.Next(latentDensity.Gradient(z.Value), latentRate, clip, step);

        // z is given from here on: it was computed from x, but x's gradient must not see that.
        (mean, variance) = generator.Moments(nextZ.Value.Held());
        var logits = new Perceptron(graph, weights.Mask, "mask").Apply(x.Value);
        var missingDensity = MissingDensity.Log(x.Value, mean, variance, observed, logits, beta);
        var nextX = x.Next(missingDensity.Gradient(x.Value) * (1 - observed), missingRate, clip, step);

        Declare(graph, "z", nextZ, PortTexts.Latent);
        Declare(graph, "x", nextX, PortTexts.Completed);
        graph.Output("latent_log_density", latentDensity, "Minus Eq. 6 at the old z and x, [N].");
        graph.Output("missing_log_density", missingDensity, "Minus Eq. 8 at the new z and the old x, [N].");
        return graph;
    }

    private static AdamStep State(Graph graph, string name, Shape shape, string documentation) => new(
        graph.Input(name, shape, documentation),
        graph.Input($"{name}_first_moment", shape, $"Adam's first moment of {name}; zeros before the first step."),
        graph.Input($"{name}_second_moment", shape, $"Adam's second moment of {name}; zeros before the first step."));

    private static void Declare(Graph graph, string name, AdamStep next, string documentation)
    {
        graph.Output($"next_{name}", next.Value, documentation);
        graph.Output($"next_{name}_first_moment", next.First, $"Adam's first moment of {name} after the step.");
        graph.Output($"next_{name}_second_moment", next.Second, $"Adam's second moment of {name} after the step.");
    }
}
