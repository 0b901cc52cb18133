using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Masks;

/// <summary>Missing completely at random: scores depend on nothing.</summary>
internal sealed class RandomMask : IMask
{
    /// <inheritdoc />
    public Tensor Score(StepRandom random, MaskScene scene) => random.Uniform(scene.Values.shape);
}
