using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Columns;

/// <summary>Copies of another column: half of them exact, half in another unit, of either sign, and measured with a little noise.</summary>
internal sealed class DuplicatedColumns : IColumnPiece
{
    private const double LargestNoise = 0.3;

    /// <inheritdoc />
    public Tensor Apply(StepRandom random, Tensor values)
    {
        var (tasks, rows, features) = (values.shape[0], values.shape[1], values.shape[2]);
        var own = arange(features, device: values.device).view(1, 1, -1);
        var other = (own + 1 + random.Below(features - 1, tasks, 1, features)).remainder(features);
        var copy = values.gather(2, other.expand(tasks, rows, features));
        var unit = (random.Uniform(tasks, 1, features) + 0.5) * (random.Bernoulli(0.5, tasks, 1, features) * 2 - 1);
        var noise = copy.std(1, unbiased: false, keepdim: true) * random.Uniform(tasks, 1, features) * LargestNoise;
        var measured = (copy + random.Normal(tasks, rows, features) * noise) * unit;
        return where(random.Bernoulli(0.5, tasks, 1, features).gt(0), copy, measured);
    }
}
