using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Paper.Sampling;

namespace MissBgm.Exporter.Paper;

/// <summary>
/// <c>gibbs_sweep.onnx</c>: a whole sweep of HMC within Gibbs (MissBGM Section 4.3, Eq. 12) in one run: L leapfrog steps on z, accept/reject, then the
/// same for the missing values, in units of their conditional standard deviation. All randomness comes in as noise, so the same noise gives the
/// same states in every host.
/// </summary>
public static class GibbsSweepGraph
{
    /// <summary>Builds the graph.</summary>
    /// <param name="weights">The fitted networks.</param>
    /// <param name="leapfrogSteps">Leapfrog steps L of each update; unrolled.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(MissBgmWeights weights, int leapfrogSteps, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfLessThan(leapfrogSteps, 1);
        var graph = new Graph(
            "gibbs_sweep", $"One sweep of HMC within Gibbs with {leapfrogSteps} leapfrog steps for each update (MissBGM Section 4.3).",
            precision);
        Shape rows = [PortTexts.Rows];
        Shape latent = [PortTexts.Rows, weights.Generator.LatentDimension()];
        Shape cells = [PortTexts.Rows, weights.Generator.Columns()];
        var z = graph.Input("z", latent, PortTexts.Latent);
        var x = graph.Input("x", cells, PortTexts.Completed);
        var observed = graph.Input("observed", cells, PortTexts.Observed);
        var beta = graph.Input("beta", [], PortTexts.Beta);
        HamiltonianUpdate Update(string name, Tensor start, Metric metric, Func<Tensor, Tensor> logDensity)
        {
            var momentum = graph.Input($"{name}_noise", start.Shape, $"Standard normal momenta of the {name} update, one a coordinate.");
            var uniform = graph.Input($"{name}_uniform", rows, $"Uniform numbers of the {name} update's accept/reject decision, [N].");
            var stepSize = graph.Input($"{name}_step_size", rows, HamiltonianUpdate.StepSizeDocumentation);
            return HamiltonianUpdate.Apply([new MovedBlock(start, momentum, metric)], position => logDensity(position[0]), stepSize, uniform, leapfrogSteps);
        }

        var generator = new GeneratorNetwork(graph, weights.Generator);
        var latentUpdate = Update("latent", z, new DiagonalMetric(), position => LatentDensity(position, x, generator));

        // The generator's output at the new z: that of the trajectory's end or start, both at hand. It stays the same while x moves.
        var (start, end) = (generator.Moments(z), generator.Moments(latentUpdate.End[0]));
        var mean = latentUpdate.Choose(start.Mean, end.Mean).Held();
        var variance = latentUpdate.Choose(start.Variance, end.Variance).Held();

        var mask = new Perceptron(graph, weights.Mask, "mask");
        var missingUpdate = Update(
            "missing",
            x,
            new DiagonalMetric(variance.Sqrt() * (1 - observed)),
            position => MissingDensity.Log(position, mean, variance, observed, mask.Apply(position), beta));

        graph.Output("next_z", latentUpdate.Position[0], PortTexts.Latent);
        graph.Output("next_x", missingUpdate.Position[0], PortTexts.Completed);
        Declare(graph, "latent", latentUpdate);
        Declare(graph, "missing", missingUpdate);
        return graph;
    }

    private static Tensor LatentDensity(Tensor z, Tensor x, GeneratorNetwork generator)
    {
        var (mean, variance) = generator.Moments(z);
        return Densities.LatentDensity.Log(z, x, mean, variance);
    }

    private static void Declare(Graph graph, string name, HamiltonianUpdate update)
    {
        graph.Output($"{name}_log_density", update.LogDensity, $"Log density of the {name} update's target where it leaves the row, [N].");
        graph.Output($"{name}_energy", update.Energy, $"Energy where the {name} update leaves the row, [N].");
        graph.Output($"{name}_acceptance", update.Acceptance, $"Probability with which the {name} update is accepted, [N].");
        graph.Output($"{name}_accepted", update.Accepted, $"Whether the {name} update was accepted, [N].");
        graph.Output(
            $"{name}_divergent", update.Divergent,
            $"Whether the {name} update's energy error exceeds {HamiltonianUpdate.DivergenceThreshold} or is not a number, [N].");
    }
}
