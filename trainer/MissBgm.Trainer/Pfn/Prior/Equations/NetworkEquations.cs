using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Equations;

/// <summary>
/// Layers of a random network (Appendix B, "Nodes", "Edges"). Each task has weights, sparsity, activation and noise of its own.
/// </summary>
internal sealed class NetworkEquations : IEquations
{
    private const double Gain = 1.6;
    private const double BiasScale = 0.3;

    /// <inheritdoc />
    public Tensor Draw(StepRandom random, Tensor causes, int depth, int width)
    {
        var (tasks, rows, state) = (causes.shape[0], causes.shape[1], causes);
        var keep = 1 - random.Uniform(tasks, 1, 1) * 0.9;
        var activation = Activations(random, tasks);
        var noise = EquationPieces.DrawNoise(random, tasks);
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

        return cat([.. states], 2);
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
}
