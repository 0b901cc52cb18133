using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Laplace;

/// <summary>The mode of every row's z and the Cholesky factor of its precision there.</summary>
/// <param name="Mode">[n, d].</param>
/// <param name="Factor">Lower Cholesky factors of Lambda, [n, d, d].</param>
internal sealed record LatentModes(double[] Mode, double[] Factor)
{
    /// <summary>Climbs from the given z with a number of Newton steps per row.</summary>
    public static LatentModes Find(MaskedMatrix data, CollapsedModel model, double[] start, int steps, int threads)
    {
        var d = model.Dimension;
        var (mode, factor) = ((double[])start.Clone(), new double[start.Length * d]);
        RowBlocks.Run(data.Rows, RowBlocks.Size(data.Rows, 64), threads, () => new RowScratch(d, model.Stride), (scratch, _, first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                LatentMode.Climb(model, data.Row(row), data.Mask(row), mode.AsSpan(row * d, d), steps, scratch);
                scratch.Precision.CopyTo(factor, row * d * d);
            }
        });
        return new LatentModes(mode, factor);
    }
}
