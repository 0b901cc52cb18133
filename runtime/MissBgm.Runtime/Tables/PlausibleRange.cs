namespace MissBgm.Runtime.Tables;

/// <summary>
/// The numbers a column may have meant. One beyond them, such as a height of 18000 amid 150 to 200, comes back as it stands but predicts no
/// other cell of its row: a linear model would send those as far out.
/// </summary>
/// <param name="Lower">Smallest plausible number.</param>
/// <param name="Upper">Largest plausible number.</param>
public sealed record PlausibleRange(double Lower, double Upper)
{
    // So many times the span of all other values lie between an error and the nearest of them: the largest of 100 log-normal values (sigma
    // 1) is so far out once in 200 tables.
    private const double FarSpans = 5;
    private const double MostErrors = 0.01;
    private const int MostSearched = 50;
    private const int FewestValues = 10;

    /// <summary>The range of a column; null where its values are too few to tell.</summary>
    /// <param name="sorted">Its observed values, ascending.</param>
    internal static PlausibleRange? Of(double[] sorted)
    {
        // Errors are rare, and lie beyond a wide gap on either side.
        var most = Math.Clamp((int)(MostErrors * sorted.Length), 1, MostSearched);
        var (first, last) = (0, sorted.Length - 1);
        for (var below = 0; below <= most; below++)
        {
            for (var above = 0; below + above <= most; above++)
            {
                var (low, high) = (below, sorted.Length - 1 - above);
                if (high - low < FewestValues) continue;
                var span = FarSpans * (sorted[high] - sorted[low]);
                if ((below == 0 || sorted[low] - sorted[low - 1] > span) && (above == 0 || sorted[high + 1] - sorted[high] > span)) (first, last) = (low, high);
            }
        }

        var different = 1;
        for (var i = first + 1; i <= last && different < FewestValues; i++) different += sorted[i] > sorted[i - 1] ? 1 : 0;
        var width = FarSpans * (sorted[last] - sorted[first]);
        return different < FewestValues || !double.IsFinite(width) ? null : new PlausibleRange(sorted[first] - width, sorted[last] + width);
    }

    /// <summary>Whether a number is plausible.</summary>
    internal bool Contains(double value) => value >= Lower && value <= Upper;
}
