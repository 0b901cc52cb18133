using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>Turns some of the features into categories: a feature is cut at the values of random rows, and the categories are numbered at random.</summary>
internal static class CategoricalFeatures
{
    private const int MaximumCategories = 10;

    /// <summary>Replaces features by codes 0, 1, ... with the given probability.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="values">[B, n, F].</param>
    /// <param name="share">Probability that a feature is categorical.</param>
    public static Tensor Apply(StepRandom random, Tensor values, double share)
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
        var categorical = random.Uniform(tasks, 1, features).lt(share);
        return where(categorical, names.gather(1, code).to(ScalarType.Float32), values);
    }
}
