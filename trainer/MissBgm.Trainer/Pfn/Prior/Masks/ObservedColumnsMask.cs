using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Masks;

/// <summary>Missing at random: one to three columns have no gaps, and their values and chance decide where the other columns have.</summary>
internal sealed class ObservedColumnsMask : IMask
{
    private const int MostDrivers = 3;

    /// <inheritdoc />
    public Tensor Score(StepRandom random, MaskScene scene)
    {
        var count = random.Between(1, (int)Math.Min(MostDrivers, scene.Features - 1));
        var drivers = random.Below(scene.Features, scene.Tasks, 1, count);
        var weights = random.Normal(scene.Tasks, count, scene.Features);
        var score = scene.Pick(scene.Ranks(), drivers).matmul(weights) + random.Normal(scene.Values.shape) * (random.Uniform(scene.Tasks, 1, 1) + 0.05);
        return score.masked_fill(scene.IsAmong(drivers), double.PositiveInfinity);
    }
}
