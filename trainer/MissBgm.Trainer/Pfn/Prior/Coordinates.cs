using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>
/// Which latent coordinates are observed, and in which order (Appendix B: "random feature rotations and random selection/ordering"): in half of the
/// tasks any, in the others neighbours from a random start on, which are more strongly related.
/// </summary>
internal static class Coordinates
{
    /// <summary>Chooses coordinates.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="tasks">B.</param>
    /// <param name="available">Number of latent coordinates, T.</param>
    /// <param name="count">How many to choose.</param>
    /// <returns>Distinct indices below T, [B, count].</returns>
    public static Tensor Choose(StepRandom random, long tasks, long available, long count)
    {
        var anywhere = random.Orders(tasks, available).narrow(1, 0, count);
        var neighbours = (random.Below(available, tasks, 1) + random.Orders(tasks, count)).remainder(available);
        return where(random.Uniform(tasks, 1).lt(0.5), anywhere, neighbours);
    }

    /// <summary>The chosen coordinates of each row.</summary>
    /// <param name="latent">[B, n, T].</param>
    /// <param name="chosen">[B, count].</param>
    /// <returns>[B, n, count].</returns>
    public static Tensor Take(Tensor latent, Tensor chosen)
        => latent.gather(2, chosen.unsqueeze(1).expand(latent.shape[0], latent.shape[1], chosen.shape[1]));
}
