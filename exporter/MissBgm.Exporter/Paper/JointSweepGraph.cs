using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Paper.Sampling;

namespace MissBgm.Exporter.Paper;

/// <summary>
/// <c>joint_sweep.onnx</c>: one HMC update of z and the missing values together (MissBGM Eq. 11, with the missing values as mean + s.d. * noise) in one
/// run: what the runtime samples by default. All randomness comes in as noise.
/// </summary>
public static class JointSweepGraph
{
    /// <summary>Builds the graph.</summary>
    /// <param name="weights">The fitted networks.</param>
    /// <param name="leapfrogSteps">Leapfrog steps L of the update; unrolled.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(MissBgmWeights weights, int leapfrogSteps, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfLessThan(leapfrogSteps, 1);
        var graph = new Graph(
            "joint_sweep", $"One HMC update of z and the missing values together with {leapfrogSteps} leapfrog steps (MissBGM Eq. 11).",
            precision);
        var d = weights.Generator.LatentDimension();
        Shape latent = [PortTexts.Rows, d];
        Shape cells = [PortTexts.Rows, weights.Generator.Columns()];
        var z = graph.Input("z", latent, PortTexts.Latent);
        var noise = graph.Input("noise", cells, PortTexts.MissingNoise);
        var x = graph.Input("x", cells, PortTexts.ObservedValues);
        var observed = graph.Input("observed", cells, PortTexts.Observed);
        var beta = graph.Input("beta", [], PortTexts.Beta);
        var metric = graph.Input(
            "metric", [PortTexts.Rows, d, d],
            "A matrix L for each row with L L' near the covariance of z given the observed cells, [N, d, d]; the identity will do.");
        var latentMomentum = graph.Input("latent_momentum", latent, "Standard normal momenta of z, [N, d].");
        var noiseMomentum = graph.Input("noise_momentum", cells, "Standard normal momenta of the missing values, [N, p].");
        var uniform = graph.Input("uniform", [PortTexts.Rows], "Uniform numbers of the accept/reject decision, [N].");
        var stepSize = graph.Input("step_size", [PortTexts.Rows], HamiltonianUpdate.StepSizeDocumentation);

        var model = new JointModel(new GeneratorNetwork(graph, weights.Generator), new Perceptron(graph, weights.Mask, "mask"), x, observed, beta);
        MovedBlock[] blocks = [new(z, latentMomentum, new DenseMetric(metric)), new(noise, noiseMomentum, new DiagonalMetric(1 - observed))];
        var update = HamiltonianUpdate.Apply(blocks, position => model.LogDensity(position[0], position[1]), stepSize, uniform, leapfrogSteps);

        graph.Output("next_z", update.Position[0], PortTexts.Latent);
        graph.Output("next_noise", update.Position[1], PortTexts.MissingNoise);
        graph.Output("completed", update.Choose(model.Complete(z, noise), model.Complete(update.End[0], update.End[1])), PortTexts.Completed);
        graph.Output("log_density", update.LogDensity, "Log density of z and noise where the update leaves the row, [N].");
        graph.Output("energy", update.Energy, "Energy where the update leaves the row, [N].");
        graph.Output("acceptance", update.Acceptance, "Probability with which the update is accepted, [N].");
        graph.Output("accepted", update.Accepted, "Whether the update was accepted, [N].");
        graph.Output("divergent", update.Divergent, $"Whether the energy error exceeds {HamiltonianUpdate.DivergenceThreshold} or is not a number, [N].");
        return graph;
    }

    private sealed record JointModel(GeneratorNetwork Generator, Perceptron Mask, Tensor X, Tensor Observed, Tensor Beta)
    {
        public Tensor Complete(Tensor z, Tensor noise)
        {
            var (mean, variance) = Generator.Moments(z);
            return PosteriorDensity.Complete(noise, X, mean, variance, Observed);
        }

        public Tensor LogDensity(Tensor z, Tensor noise)
        {
            var (mean, variance) = Generator.Moments(z);
            var completed = Complete(z, noise);
            return PosteriorDensity.Log(z, noise, completed, mean, variance, Observed, Mask.Apply(completed), Beta);
        }
    }
}
