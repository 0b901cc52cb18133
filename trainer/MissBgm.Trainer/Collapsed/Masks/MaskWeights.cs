using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>
/// What each column's mask counts as evidence: one over the number of columns that go missing with it, 1 / (1 + sum of squared correlations
/// with the other masks).
/// </summary>
internal static class MaskWeights
{
    /// <summary>The weights of a choice of columns.</summary>
    public static IEnumerable<double> Of(MaskedMatrix data, int[] columns)
    {
        var counts = data.ObservedCounts();
        var n = (double)data.Rows;
        foreach (var j in columns)
        {
            var together = 0.0;
            foreach (var k in columns)
            {
                if (k == j) continue;
                var both = 0.0;
                for (var i = 0; i < data.Rows; i++) both += data.Observed[i * data.Stride + j] * data.Observed[i * data.Stride + k];
                var (a, b) = (counts[j] / n, counts[k] / n);
                // Masks drawn apart have squared correlations of 1 / n.
                together += (both / n - a * b) * (both / n - a * b) / (a * (1 - a) * b * (1 - b)) - 1.0 / n;
            }

            yield return 1.0 / (1.0 + Math.Max(0.0, together));
        }
    }
}
