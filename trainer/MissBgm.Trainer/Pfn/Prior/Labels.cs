using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>Labels from a latent coordinate: it is cut at random quantiles, and the classes are renumbered at random in most tasks.</summary>
internal static class Labels
{
    /// <summary>Most classes of a task.</summary>
    public const int MaximumClasses = 10;

    private const int Cuts = MaximumClasses - 1;

    /// <summary>Draws the number of classes of each task, [B], int64.</summary>
    public static Tensor DrawClasses(StepRandom random, long tasks, double binaryShare)
    {
        var any = random.Below(MaximumClasses - 1, tasks) + 2;
        return where(random.Uniform(tasks).lt(binaryShare), full_like(any, 2), any);
    }

    /// <summary>Labels the rows.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="score">The latent coordinate, [B, n].</param>
    /// <param name="classes">[B].</param>
    /// <returns>Classes from 0, [B, n], int64.</returns>
    public static Tensor Draw(StepRandom random, Tensor score, Tensor classes)
    {
        var (tasks, rows) = (score.shape[0], score.shape[1]);
        var rank = (Levels(random, tasks, classes) * (rows - 1)).floor().clamp(0, rows - 1).to(ScalarType.Int64);
        var unused = arange(Cuts, device: score.device).view(1, Cuts).ge(classes.view(-1, 1) - 1);
        var threshold = score.sort(1).Values.gather(1, rank).masked_fill(unused, double.PositiveInfinity);
        var ordered = score.unsqueeze(2).gt(threshold.unsqueeze(1)).to(ScalarType.Int64).sum(2);
        return Renumber(random, ordered, classes);
    }

    // Quantile levels of the cuts, [B, 9]: shares of a Dirichlet(2) in half of the tasks, sorted uniforms on [0.1, 0.9] in the others.
    private static Tensor Levels(StepRandom random, long tasks, Tensor classes)
    {
        var used = arange(MaximumClasses, device: classes.device).view(1, -1).lt(classes.view(-1, 1)).to(ScalarType.Float32);
        // The sum of two exponentials is a Gamma(2); normalised they are a Dirichlet(2).
        var mass = -((random.Uniform(tasks, MaximumClasses) + 1e-7).log() + (random.Uniform(tasks, MaximumClasses) + 1e-7).log()) * used;
        var shares = (mass / mass.sum(1, true)).cumsum(1).narrow(1, 0, Cuts);
        // Unused cuts sort behind the used ones.
        var uniform = (random.Uniform(tasks, Cuts) + (1 - used.narrow(1, 1, Cuts)) * 2).sort(1).Values * 0.8 + 0.1;
        return where(random.Uniform(tasks, 1).lt(0.5), shares, uniform);
    }

    private static Tensor Renumber(StepRandom random, Tensor ordered, Tensor classes)
    {
        var number = arange(MaximumClasses, device: ordered.device).view(1, -1);
        var behind = number.ge(classes.view(-1, 1)).to(ScalarType.Float32) * 2;
        var shuffled = (random.Uniform(ordered.shape[0], MaximumClasses) + behind).argsort(1);
        var names = where(random.Uniform(ordered.shape[0], 1).lt(0.7), shuffled, number.expand(ordered.shape[0], MaximumClasses));
        return names.gather(1, ordered);
    }
}
