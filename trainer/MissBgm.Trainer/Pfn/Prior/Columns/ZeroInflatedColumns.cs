using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Columns;

/// <summary>Zero in a fifth to nine tenths of the rows, the lowest, and positive amounts in the others.</summary>
internal sealed class ZeroInflatedColumns : IColumnPiece
{
    // Keeps the exponentials of columns that have long tails already within what single precision holds.
    private const double Limit = 6;

    /// <inheritdoc />
    public Tensor Apply(StepRandom random, Tensor values)
    {
        var (tasks, rows, features) = (values.shape[0], values.shape[1], values.shape[2]);
        var rank = ((random.Uniform(tasks, 1, features) * 0.7 + 0.2) * rows).floor().clamp(0, rows - 1).to(ScalarType.Int64);
        var beyond = (values - values.sort(1).Values.gather(1, rank)).relu();
        var skewed = random.Bernoulli(0.5, tasks, 1, features).gt(0);
        return where(skewed, beyond.clamp_max(Limit).expm1(), beyond);
    }
}
