namespace MissBgm.Runtime.Diagnostics;

/// <summary>Quantiles interpolated linearly between order statistics (Hyndman and Fan's type 7, NumPy's default).</summary>
public static class Quantile
{
    /// <summary>A quantile of ascending values.</summary>
    public static double OfSorted(ReadOnlySpan<double> sorted, double probability)
    {
        var position = probability * (sorted.Length - 1);
        var below = (int)position;
        return below + 1 < sorted.Length ? sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
