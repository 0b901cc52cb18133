namespace MissBgm.Runtime.Bundles;

/// <summary>What the columns say together about selection.</summary>
/// <param name="Score">Sum of the columns' scores.</param>
/// <param name="Z">Their mean over its standard error, as a normal score: Student's t with one degree of freedom less than columns, by its
/// p-value.</param>
/// <param name="CutShift">Median over columns of tau - t: how far from the mask's threshold the noise is cut.</param>
/// <param name="CutZ">Its significance, the pooled signed roots over sqrt k: standard normal under selection with exactly known z.</param>
public sealed record SelectionTest(double Score, double Z, double CutShift, double CutZ)
{
    private const double ZThreshold = 3.0;
    private const double ScoreThreshold = 10.0;

    // z is estimated, which blurs the residuals: it moves the fitted cut by up to 0.3 (70 % missing) where selection is true.
    private const double LargestShift = 0.4;

    /// <summary>Selection is called for: large and consistent scores, and noise that is not cut elsewhere than the mask says.</summary>
    public bool Passes => Z > ZThreshold && Score > ScoreThreshold && !(Math.Abs(CutZ) > ZThreshold && Math.Abs(CutShift) > LargestShift);
}
