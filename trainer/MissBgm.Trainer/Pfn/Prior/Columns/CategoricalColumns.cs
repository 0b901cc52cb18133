using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior.Columns;

/// <summary>Categories: a column is cut at the values of random rows, and the categories are numbered 0, 1, ... at random.</summary>
internal sealed class CategoricalColumns : IColumnPiece
{
    private const int MaximumCategories = 10;

    /// <inheritdoc />
    public Tensor Apply(StepRandom random, Tensor values)
    {
        var (tasks, rows, features) = (values.shape[0], values.shape[1], values.shape[2]);
        var last = random.Below(MaximumCategories - 1, tasks, 1, features) + 1;
        var cuts = values.gather(1, random.Below(rows, tasks, MaximumCategories - 1, features));
        var code = zeros_like(values, ScalarType.Int64);
        for (var cut = 0; cut < MaximumCategories - 1; cut++)
        {
            // A feature with c categories uses the first c - 1 cuts.
            code = code + values.gt(cuts.narrow(1, cut, 1)).logical_and(last.gt(cut)).to(ScalarType.Int64);
        }

        var number = arange(MaximumCategories, device: values.device).view(1, -1, 1);
        var names = (random.Uniform(tasks, MaximumCategories, features) + number.gt(last).to(ScalarType.Float32) * 2).argsort(1);
        return names.gather(1, code).to(ScalarType.Float32);
    }
}
