using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Densities;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Paper.Sampling;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Exporter.Paper;

/// <summary>
/// The sweeps of <c>impute.onnx</c>: one HMC update of z and the missing values together (MissBGM Eq. 11) after another, each followed by an
/// update of the missing levels that renews their noise. The target and the updates are those of the runtime's joint sampler; the trajectories
/// have a fixed number of steps, of a size that varies at random.
/// </summary>
internal sealed class ImputeSweep(MissBgmWeights weights, InferenceSettings settings)
{
    // A trajectory's steps are this share of the step size at least: ones of one length resonate (Neal 2011, Section 5.3.2).
    private const double ShortestStep = 0.2;

    private readonly int _latent = weights.Generator.LatentDimension();
    private readonly int _numbers = weights.Generator.Mean.Outputs;
    private readonly int _levels = weights.Generator.Discrete?.Columns.Count ?? 0;

    /// <summary>Uniform numbers that a row takes for a sweep.</summary>
    public int NoiseWidth => _latent + _numbers + 2 + 2 * _levels;

    /// <summary>What they are.</summary>
    public string NoiseText =>
        $"Independent uniform numbers between 0 and 1, [S, N, momenta of z ({_latent}), momenta of the columns of numbers ({_numbers}), whether the "
        + $"update is accepted, size of its steps{(_levels == 0 ? "" : $", proposed levels ({_levels}), whether these are accepted ({_levels})")}]: "
        + "those behind each sweep of each row.";

    /// <summary>The completed rows after each sweep, and the probability with which its update was accepted, [S, N, p + 1].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Rows, [N, p], anything finite in missing cells.</param>
    /// <param name="observed">1 where a cell is observed, 0 where it is missing, [N, p].</param>
    /// <param name="noise">Uniform numbers, [S, N, width].</param>
    /// <param name="warmUp">Sweeps of the warm-up, a scalar integer.</param>
    public Tensor Chains(Graph graph, Tensor x, Tensor observed, Tensor noise, Tensor warmUp)
    {
        var rows = RowColumns.Of(weights.Generator);
        var z = new Perceptron(graph, weights.Encoder, "encoder").Apply(rows.Encode(x));
        var metric = GaussNewtonMetric.Factor(rows, new GeneratorNetwork(graph, weights.Generator).Apply(z), z, observed);
        var row = z.Slice(1, 0, 1).Squeeze(1).Cast(ElementType.Double) * 0;
        var updates = (settings.AdaptationShare * warmUp.Cast(ElementType.Double)).Cast(ElementType.Integer).Cast(ElementType.Double);
        Tensor[] state = [z, x * 0, row + settings.StepSize, row, row, graph.Scalar(ElementType.Double, 0), updates, x, observed, metric];
        return Graph.Apply(new Scan(Body(state)), [.. state, noise]);
    }

    private Graph Body(Tensor[] start)
    {
        var graph = new Graph("sweep", "An update of z and the missing values.");
        string[] names = ["z", "noise", "step_size", "statistic", "log_average", "updates", "last_update", "x", "observed", "metric"];
        var state = names.Zip(start, (name, tensor) => graph.Input(name, tensor.Shape, "", tensor.Type)).ToArray();
        var (z, noise, last, x, observed, metric) = (state[0], state[1], state[6], state[7], state[8], state[9]);
        var learning = new StepSizeLearning(state[2], state[3], state[4], state[5]);
        var uniforms = graph.Input("uniforms", [PortTexts.Rows, NoiseWidth], "", ElementType.Double).Clip(1.0 / (1L << 33), 1 - 1.0 / (1L << 33));
        var taken = 0;
        Tensor Take(int width) => uniforms.Slice(1, taken, taken += width);

        var joint = new JointDensity(graph, weights);
        var beta = graph.Constant(settings.Beta);
        var missing = 1 - observed;
        var moved = _levels == 0 ? missing : RowColumns.Join(joint.Rows.Cells(missing), 0 * joint.Rows.Levels(missing)!);
        var (latentMomentum, numberMomentum) = (Take(_latent).NormalQuantile(), _numbers == 0 ? null : Take(_numbers).NormalQuantile());
        var momentum = RowColumns.Join(numberMomentum, _levels == 0 ? null : 0 * joint.Rows.Levels(noise)!);
        var accept = Take(1).Squeeze(1).Cast(ElementType.Real);
        var size = learning.StepSize * (ShortestStep + (1 - ShortestStep) * Take(1).Squeeze(1));
        var update = HamiltonianUpdate.Apply(
            [new MovedBlock(z, latentMomentum, new DenseMetric(metric)), new MovedBlock(noise, moved * momentum, new DiagonalMetric(moved))],
            position => joint.At(position[0], position[1], x, observed, beta).LogDensity, size.Cast(ElementType.Real), accept, settings.LeapfrogSteps);
        var (nextZ, nextNoise) = (update.Position[0], update.Position[1]);
        var completed = update.Choose(
            joint.At(z, noise, x, observed, beta).Completed, joint.At(update.End[0], update.End[1], x, observed, beta).Completed);
        if (weights.Generator.Discrete is { } discrete)
        {
            var proposal = Take(_levels);
            var logProbabilities = update.Choose(joint.Generate(z).LogProbabilities!, joint.Generate(update.End[0]).LogProbabilities!);
            var (levels, accepted) = DiscreteUpdateGraph.Update(
                joint.Rows, discrete, joint.Mask, completed, logProbabilities, observed, beta, proposal.Cast(ElementType.Real),
                Take(_levels).Cast(ElementType.Real));
            var renewed = accepted.Greater(0.5).Where(proposal.NormalQuantile(), joint.Rows.Levels(nextNoise)!);
            nextNoise = RowColumns.Join(joint.Rows.Cells(nextNoise), renewed);
            completed = RowColumns.Join(joint.Rows.Cells(completed), levels);
        }

        var learned = learning.Next(update.Acceptance.Cast(ElementType.Double), settings.StepSize, settings.TargetAcceptance, last);
        Tensor[] next = [nextZ, nextNoise, learned.StepSize, learned.Statistic, learned.LogAverage, learned.Updates, last, x, observed, metric];
        for (var i = 0; i < next.Length; i++) graph.Output($"next_{names[i]}", next[i], "");
        graph.Output("kept", new[] { completed, update.Acceptance.Unsqueeze(1) }.Concat(1), "");
        return graph;
    }
}
