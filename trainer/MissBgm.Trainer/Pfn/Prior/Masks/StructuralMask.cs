using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Masks;

/// <summary>
/// Structural missingness: values that do not exist where a rule of another column holds, as a number of pregnancies does not for men. The columns fall
/// into up to three groups, each with a rule of its own. Scores have two values, so that a column lacks all the cells that its rule says, and no
/// others, if its missing rate has room for them, or none; the columns of the rules have no gaps.
/// </summary>
internal sealed class StructuralMask : IMask
{
    private const int Groups = 3;
    private const double LargestShare = 0.6;

    /// <inheritdoc />
    public Tensor Score(StepRandom random, MaskScene scene)
    {
        var drivers = random.Below(scene.Features, scene.Tasks, 1, Groups);
        var values = scene.Pick(scene.Values, drivers);
        var rank = (random.Uniform(scene.Tasks, 1, Groups) * LargestShare * scene.Rows).floor().to(ScalarType.Int64);
        var exists = values.ge(values.sort(1).Values.gather(1, rank)).to(ScalarType.Float32);
        var group = random.Below(Groups, scene.Tasks, 1, scene.Features);
        return scene.Pick(exists, group).masked_fill(scene.IsAmong(drivers), double.PositiveInfinity);
    }
}
