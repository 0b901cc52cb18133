using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>
/// Random structural equations (Appendix B, "Nodes", "Edges", "Exogenous variables"): layers of a random network over Gaussian causes. Each task
/// of a batch has weights, sparsity, activation, noise and number of causes of its own; depth and width are shared by the batch.
/// </summary>
internal static class Mechanisms
{
    private const double Gain = 1.6;
    private const double BiasScale = 0.3;
    private const double MinimumNoise = 1e-3;
    private const double MaximumNoise = 0.3;
    private const int MaximumCauses = 12;

    /// <summary>Draws the latent representation, the hidden states of all layers side by side, standardised over the rows.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="tasks">B.</param>
    /// <param name="rows">n.</param>
    /// <param name="features">F, the features that will be observed; the label takes one coordinate more.</param>
    /// <returns>[B, n, depth * width] with depth * width above F.</returns>
    public static Tensor Draw(StepRandom random, long tasks, long rows, int features)
    {
        var depth = random.Between(2, 4);
        var minimumWidth = Math.Max(16, features / 2 + 2);
        var width = random.Between(minimumWidth, Math.Max(80, minimumWidth));
        var state = Causes(random, tasks, rows);
        var keep = 1 - random.Uniform(tasks, 1, 1) * 0.9;
        var activation = Activations(random, tasks);
        var noise = (random.Uniform(tasks, 1, 1) * Math.Log(MaximumNoise / MinimumNoise)).exp() * MinimumNoise;
        var states = new List<Tensor>();
        for (var layer = 0; layer < depth; layer++)
        {
            var weights = random.Normal(tasks, state.shape[2], width) * (Gain / Math.Sqrt(state.shape[2]));
            if (layer > 0) weights = Sparsify(random, weights, keep);
            state = state.matmul(weights) + random.Normal(tasks, 1, width) * BiasScale;
            state = layer < depth - 1 || random.Happens(0.5) ? Activate(state, activation) : state;
            state = state + random.Normal(tasks, rows, width) * noise;
            states.Add(state);
        }

        return Standardise(cat([.. states], 2));
    }

    // Gaussian causes; half of the tasks with a mean and a scale for each cause. A task uses a prefix of them, at least two.
    private static Tensor Causes(StepRandom random, long tasks, long rows)
    {
        var count = random.Between(2, MaximumCauses);
        var causes = random.Normal(tasks, rows, count);
        var varied = random.Bernoulli(0.5, tasks, 1, 1);
        var scale = 1 + varied * (random.Uniform(tasks, 1, count) * 2 - 0.8);
        return causes * scale + random.Normal(tasks, 1, count) * varied;
    }

    // One row of weights for tanh, ReLU and identity in each task: one of them is 1.
    private static Tensor Activations(StepRandom random, long tasks)
    {
        // Tanh is drawn twice as often as either of the others.
        var choice = random.Below(4, tasks, 1, 1);
        return cat([choice.lt(2), choice.eq(2), choice.eq(3)], 2).to(ScalarType.Float32);
    }

    private static Tensor Activate(Tensor state, Tensor activation)
    {
        var choices = activation.split(1, 2);
        return state.tanh() * choices[0] + state.relu() * choices[1] + state * choices[2];
    }

    // Bernoulli masking at the task's rate; in a third of the tasks only blocks along the diagonal remain. Rescaled so that sums keep their spread.
    private static Tensor Sparsify(StepRandom random, Tensor weights, Tensor keep)
    {
        var (tasks, inputs, outputs) = (weights.shape[0], weights.shape[1], weights.shape[2]);
        var mask = random.Uniform(tasks, inputs, outputs).lt(keep).to(ScalarType.Float32);
        var blocks = 1 + random.Below(3, tasks, 1, 1) * random.Bernoulli(1.0 / 3, tasks, 1, 1);
        var row = (arange(inputs, device: weights.device).view(1, inputs, 1) * blocks / inputs).floor();
        var column = (arange(outputs, device: weights.device).view(1, 1, outputs) * blocks / outputs).floor();
        mask = mask * row.eq(column).to(ScalarType.Float32);
        return weights * mask / (mask.mean([1, 2], true) + 1e-3).sqrt();
    }

    private static Tensor Standardise(Tensor states)
    {
        var centred = states - states.mean([1], true);
        return centred / (centred.square().mean([1], true).sqrt() + 1e-6);
    }
}
