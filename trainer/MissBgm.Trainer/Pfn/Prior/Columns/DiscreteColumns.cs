using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Columns;

/// <summary>Whole numbers in the order of the values: from two or three levels up to some fifty.</summary>
internal sealed class DiscreteColumns : IColumnPiece
{
    private const double FewestLevelsPerUnit = 0.5;
    private const double MostLevelsPerUnit = 8;

    /// <inheritdoc />
    public Tensor Apply(StepRandom random, Tensor values)
    {
        var (tasks, features) = (values.shape[0], values.shape[2]);
        var levels = (random.Uniform(tasks, 1, features) * Math.Log(MostLevelsPerUnit / FewestLevelsPerUnit)).exp() * FewestLevelsPerUnit;
        return (values * levels + random.Uniform(tasks, 1, features)).floor();
    }
}
