using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Masks;

/// <summary>
/// Self-masking: a column's own values decide where it has gaps, with more or less of chance; the low ones, the high ones, or those at both ends.
/// </summary>
internal sealed class SelfMask : IMask
{
    /// <inheritdoc />
    public Tensor Score(StepRandom random, MaskScene scene)
    {
        var ranks = scene.Ranks();
        var which = random.Below(3, scene.Tasks, 1, scene.Features);
        var chance = random.Normal(scene.Values.shape) * (random.Uniform(scene.Tasks, 1, scene.Features) + 0.02);
        return where(which.eq(0), ranks, where(which.eq(1), -ranks, 1 - ranks.abs() * 2)) + chance;
    }
}
