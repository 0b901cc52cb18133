using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Columns;

/// <summary>Long tails: half of the columns get the exponential of their values, as amounts of money have, half get long tails on both sides.</summary>
internal sealed class HeavyTailedColumns : IColumnPiece
{
    // Keeps the exponentials within what single precision adds up without loss.
    private const double Limit = 6;

    /// <inheritdoc />
    public Tensor Apply(StepRandom random, Tensor values)
    {
        var (tasks, features) = (values.shape[0], values.shape[2]);
        var strength = random.Uniform(tasks, 1, features) + 0.5;
        var stretched = values.clamp(-Limit, Limit) * strength;
        var oneSided = random.Bernoulli(0.5, tasks, 1, features).gt(0);
        return where(oneSided, stretched.exp(), stretched.sinh() / strength);
    }
}
