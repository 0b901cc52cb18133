namespace MissBgm.Bench.Studies.League;

/// <summary>How well the draws of hidden cells tell where the truth lies.</summary>
/// <param name="Crps">Continuous ranked probability score in standard deviations of the cell's column, mean over hidden cells.</param>
/// <param name="Coverage">Share of hidden cells within the 95 % interval.</param>
/// <param name="PlaceCoverage">
/// Share of hidden cells whose place among the draws, a random one where draws tie, is one of the middle 95 %: without the width that an
/// interval of few values, each of them often, cannot but have.
/// </param>
/// <param name="Uniformity">
/// Largest distance between the distribution of the truth's place among its draws and the uniform one (a randomised place where draws tie), over hidden cells.
/// </param>
internal sealed record DrawScores(double Crps, double Coverage, double PlaceCoverage, double Uniformity)
{
    private const double Alpha = 0.05;

    /// <summary>Scores draws.</summary>
    /// <param name="draws">Of each hidden cell, in the table's units.</param>
    /// <param name="truth">The cells' true values.</param>
    /// <param name="scales">The standard deviations of the cells' columns.</param>
    public static DrawScores Of(IReadOnlyList<double[]> draws, double[] truth, double[] scales)
    {
        var (crps, covered, places) = (0.0, 0, new double[truth.Length]);
        for (var i = 0; i < truth.Length; i++)
        {
            var sorted = draws[i].Order().ToArray();
            crps += Crps1(sorted, truth[i]) / scales[i] / truth.Length;
            // Draws and tables are written in float32 and in so many digits.
            var slack = 1e-5 * scales[i];
            if (truth[i] >= Quantile(sorted, Alpha / 2) - slack && truth[i] <= Quantile(sorted, 1 - Alpha / 2) + slack) covered++;
            var (below, ties) = (sorted.Count(v => v < truth[i] - slack), sorted.Count(v => Math.Abs(v - truth[i]) <= slack));
            // The golden ratio's multiples stand for uniform numbers.
            places[i] = (below + (i * 0.6180339887498949 % 1) * (ties + 1)) / (sorted.Length + 1);
        }

        Array.Sort(places);
        var uniformity = places.Select((place, i) => Math.Max(Math.Abs(place - i / (double)places.Length), Math.Abs(place - (i + 1.0) / places.Length))).Max();
        var middle = places.Count(place => place > Alpha / 2 && place < 1 - Alpha / 2);
        return new DrawScores(crps, covered / (double)truth.Length, middle / (double)truth.Length, uniformity);
    }

    // E|X - y| - E|X - X'| / 2 of the draws' distribution.
    private static double Crps1(double[] sorted, double truth)
    {
        var (distance, spread, m) = (0.0, 0.0, sorted.Length);
        for (var i = 0; i < m; i++)
        {
            distance += Math.Abs(sorted[i] - truth) / m;
            spread += (2.0 * i - m + 1) * sorted[i] / m / m;
        }

        return distance - spread;
    }

    private static double Quantile(double[] sorted, double level)
    {
        var place = level * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
