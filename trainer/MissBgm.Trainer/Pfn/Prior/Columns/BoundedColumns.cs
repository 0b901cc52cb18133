using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Columns;

/// <summary>Bounds: half of the columns become proportions between 0 and 1, half are cut off at a floor and a ceiling that some rows reach.</summary>
internal sealed class BoundedColumns : IColumnPiece
{
    private const double LargestShareCut = 0.25;

    /// <inheritdoc />
    public Tensor Apply(StepRandom random, Tensor values)
    {
        var (tasks, rows, features) = (values.shape[0], values.shape[1], values.shape[2]);
        var proportions = (values * (random.Uniform(tasks, 1, features) * 3 + 0.5)).sigmoid();
        var sorted = values.sort(1).Values;
        var cut = (random.Uniform(tasks, 2, features) * LargestShareCut * rows).floor().to(ScalarType.Int64);
        var floor = sorted.gather(1, cut.narrow(1, 0, 1));
        var ceiling = sorted.gather(1, rows - 1 - cut.narrow(1, 1, 1));
        var proportional = random.Bernoulli(0.5, tasks, 1, features).gt(0);
        return where(proportional, proportions, values.maximum(floor).minimum(ceiling));
    }
}
