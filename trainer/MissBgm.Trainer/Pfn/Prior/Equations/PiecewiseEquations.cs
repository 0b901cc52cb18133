using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Equations;

/// <summary>
/// Each state is a piecewise linear function of one to three parents' weighted sum: at up to three values of it the slope changes, and in half of
/// them the function jumps.
/// </summary>
internal sealed class PiecewiseEquations : IEquations
{
    private const int MostParents = 3;
    private const int Knots = 3;

    /// <inheritdoc />
    public Tensor Draw(StepRandom random, Tensor causes, int depth, int width) => EquationPieces.Layers(random, causes, depth, width, Layer);

    /// <summary>One layer without its noise, [B, n, width].</summary>
    internal static Tensor Layer(StepRandom random, Tensor state, int width)
    {
        var tasks = state.shape[0];
        var sum = EquationPieces.Parents(random, state, width);
        for (var parent = 1; parent < MostParents; parent++)
        {
            sum = sum + EquationPieces.Parents(random, state, width) * random.Normal(tasks, 1, width) * random.Bernoulli(0.5, tasks, 1, width);
        }

        var result = sum * random.Normal(tasks, 1, width);
        for (var knot = 0; knot < Knots; knot++)
        {
            var beyond = sum - EquationPieces.Thresholds(random, sum);
            var jump = random.Normal(tasks, 1, width) * random.Bernoulli(0.5, tasks, 1, width);
            result = result + beyond.relu() * random.Normal(tasks, 1, width) + beyond.gt(0).to(sum.dtype) * jump;
        }

        return result;
    }
}
