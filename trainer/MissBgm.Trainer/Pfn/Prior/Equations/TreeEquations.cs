using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Equations;

/// <summary>
/// Each state is a random decision tree over the layer before, one test for all nodes of a level: a step function of one to four parents. A third
/// of the states add a multiple of one parent, so that not all is steps.
/// </summary>
internal sealed class TreeEquations : IEquations
{
    private const int MaximumDepth = 4;
    private const double LinearShare = 1.0 / 3;

    /// <inheritdoc />
    public Tensor Draw(StepRandom random, Tensor causes, int depth, int width) => EquationPieces.Layers(random, causes, depth, width, Layer);

    /// <summary>One layer without its noise, [B, n, width].</summary>
    internal static Tensor Layer(StepRandom random, Tensor state, int width)
    {
        var (tasks, rows) = (state.shape[0], state.shape[1]);
        var depth = random.Below(MaximumDepth, tasks, 1, width) + 1;
        var leaf = zeros([tasks, rows, width], ScalarType.Int64, state.device);
        for (var level = 0; level < MaximumDepth; level++)
        {
            var parent = EquationPieces.Parents(random, state, width);
            var right = parent.gt(EquationPieces.Thresholds(random, parent)).logical_and(depth.gt(level));
            leaf = leaf * 2 + right.to(ScalarType.Int64);
        }

        var steps = random.Normal(tasks, 1 << MaximumDepth, width).gather(1, leaf);
        var slope = random.Normal(tasks, 1, width) * random.Bernoulli(LinearShare, tasks, 1, width);
        return steps + EquationPieces.Parents(random, state, width) * slope;
    }
}
