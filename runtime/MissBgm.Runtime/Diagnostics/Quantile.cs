using System.Numerics;

namespace MissBgm.Runtime.Diagnostics;

/// <summary>Quantiles interpolated linearly between order statistics (Hyndman and Fan's type 7, NumPy's default).</summary>
public static class Quantile
{
    /// <summary>A quantile of ascending values.</summary>
    public static double OfSorted<T>(ReadOnlySpan<T> sorted, double probability)
        where T : INumberBase<T>
    {
        var position = probability * (sorted.Length - 1);
        var index = (int)position;
        var below = double.CreateChecked(sorted[index]);
        return index + 1 < sorted.Length ? below + (position - index) * (double.CreateChecked(sorted[index + 1]) - below) : below;
    }
}
