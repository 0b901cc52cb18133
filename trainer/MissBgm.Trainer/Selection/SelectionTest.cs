using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Selection;

/// <summary>What the columns say together about selection.</summary>
/// <param name="Score">Sum of the columns' scores.</param>
/// <param name="Z">Their mean over its standard error, as a normal score: Student's t with one degree of freedom less than columns, by its p-value.</param>
/// <param name="CutShift">Median over columns of tau - t: how far from the mask's threshold the noise is cut.</param>
/// <param name="CutZ">Its significance, the pooled signed roots over sqrt k: standard normal under selection with exactly known z.</param>
public sealed record SelectionTest(double Score, double Z, double CutShift, double CutZ)
{
    private const double ZThreshold = 3.0;
    private const double ScoreThreshold = 10.0;
    private const double LargestNormalScore = 8.0;

    // z is estimated, which blurs the residuals: it moves the fitted cut by up to 0.3 (70 % missing) where selection is true.
    private const double LargestShift = 0.4;

    /// <summary>Selection is called for: large and consistent scores, and noise that is not cut elsewhere than the mask says.</summary>
    public bool Passes => Z > ZThreshold && Score > ScoreThreshold && !(Math.Abs(CutZ) > ZThreshold && Math.Abs(CutShift) > LargestShift);

    internal static SelectionTest Of(IReadOnlyList<double> scores, IReadOnlyList<CutShift> cuts)
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
