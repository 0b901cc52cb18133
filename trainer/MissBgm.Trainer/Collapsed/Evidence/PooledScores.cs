using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Evidence;

/// <summary>Pools the columns' scores into one test of selection.</summary>
internal static class PooledScores
{
    private const double LargestNormalScore = 8.0;

    /// <summary>The test from every incomplete column's score and cut.</summary>
    public static SelectionTest Test(IReadOnlyList<double> scores, IReadOnlyList<CutShift> cuts)
    {
        var k = scores.Count;
        if (k < 2) return new SelectionTest(scores.Sum(), 0.0, 0.0, 0.0);
        var mean = scores.Average();
        var error = Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / (k - 1) / k) + 1e-9;
        var tail = StudentT.CDF(0.0, 1.0, k - 1, -Math.Abs(mean / error));
        var z = tail > 0.0 ? Math.Min(LargestNormalScore, -StandardNormal.Quantile(tail)) : LargestNormalScore;
        return new SelectionTest(scores.Sum(), Math.Sign(mean) * z, cuts.Select(cut => cut.Shift).Median(), cuts.Sum(cut => cut.Root) / Math.Sqrt(k));
    }
}
