using MissBgm.Trainer.Pfn.Prior.Equations;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>
/// Latent representations from Gaussian causes by structural equations (Appendix B, "Exogenous variables"); depth, width and number of causes are
/// shared by the batch.
/// </summary>
internal static class Mechanisms
{
    private const int MaximumCauses = 12;

    /// <summary>Draws the latent representation, the states of all layers side by side, standardised over the rows.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="equations">The equations of each task.</param>
    /// <param name="tasks">B.</param>
    /// <param name="rows">n.</param>
    /// <param name="features">F, the features that will be observed; the label takes one coordinate more.</param>
    /// <returns>[B, n, depth * width] with depth * width above F.</returns>
    public static Tensor Draw(StepRandom random, AssignedPieces<IEquations> equations, long tasks, long rows, int features)
    {
        var depth = random.Between(2, 4);
        var minimumWidth = Math.Max(16, features / 2 + 2);
        var width = random.Between(minimumWidth, Math.Max(80, minimumWidth));
        var causes = Causes(random, tasks, rows);
        return EquationPieces.Standardise(equations.Draw((piece, chosen) => piece.Draw(random, chosen.Of(causes), depth, width)));
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
}
