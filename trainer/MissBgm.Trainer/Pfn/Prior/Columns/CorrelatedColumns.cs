using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Columns;

/// <summary>Up to three blocks of columns, each of which shares one column of the task: correlations with it from 0.6 to 0.99, of either sign.</summary>
internal sealed class CorrelatedColumns : IColumnPiece
{
    private const int Blocks = 3;

    /// <inheritdoc />
    public Tensor Apply(StepRandom random, Tensor values)
    {
        var (tasks, rows, features) = (values.shape[0], values.shape[1], values.shape[2]);
        var shared = values.gather(2, random.Below(features, tasks, 1, Blocks).expand(tasks, rows, Blocks));
        var block = random.Below(Blocks, tasks, 1, features).expand(tasks, rows, features);
        var correlation = random.Uniform(tasks, 1, features) * 0.39 + 0.6;
        var sign = random.Bernoulli(0.5, tasks, 1, features) * 2 - 1;
        return shared.gather(2, block) * correlation * sign + values * (1 - correlation.square()).sqrt();
    }
}
