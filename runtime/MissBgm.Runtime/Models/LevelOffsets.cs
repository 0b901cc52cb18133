using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Models;

/// <summary>
/// A categorical column's normal indicators are not largest as often as the levels have shares: a common level is too often. Offsets of
/// the indicators, found on draws of them, put that right.
/// </summary>
internal static class LevelOffsets
{
    private const int Draws = 2048;
    private const int Steps = 60;
    private const double Rate = 0.5;

    /// <summary>The offsets of normal indicators with the levels' own means s and covariances diag(s) - s s', [K].</summary>
    /// <param name="shares">s, of sum 1, [K].</param>
    internal static double[] Of(double[] shares)
    {
        var levels = shares.Length;
        var (indicators, normals, roots) = (new double[Draws * levels], new float[levels], Array.ConvertAll(shares, Math.Sqrt));
        for (var draw = 0; draw < Draws; draw++)
        {
            // sqrt(s) (g - sqrt(s) (sqrt(s) . g)) has covariance diag(s) - s s'.
            new Philox(0).Normals(normals, RandomPurpose.LevelChoice, 0, 0, draw);
            var along = 0.0;
            for (var k = 0; k < levels; k++) along += roots[k] * normals[k];
            for (var k = 0; k < levels; k++) indicators[draw * levels + k] = shares[k] + roots[k] * (normals[k] - roots[k] * along);
        }

        return Of(shares, indicators, shares);
    }

    /// <summary>The offsets with which draws of indicators have levels as often as wanted.</summary>
    /// <param name="shares">The levels' shares, which say how much an indicator varies, [K].</param>
    /// <param name="indicators">Draws, row-major [draws, K].</param>
    /// <param name="wanted">How often each level is to be the largest, of sum 1, [K].</param>
    internal static double[] Of(double[] shares, double[] indicators, double[] wanted)
    {
        var (levels, draws) = (shares.Length, indicators.Length / shares.Length);
        var offsets = new double[levels];
        for (var step = 0; step < Steps; step++)
        {
            var counts = Count(indicators, offsets);
            for (var k = 0; k < levels; k++)
            {
                // A level rarer than the draws can tell keeps half a draw.
                double Score(double count) => StandardNormal.Quantile((count + 0.5) / (draws + 1));
                offsets[k] += Rate / Math.Sqrt(step + 1) * Math.Sqrt(shares[k]) * (Score(wanted[k] * draws) - Score(counts[k]));
            }
        }

        return offsets;
    }

    /// <summary>How often each level is the largest, [K].</summary>
    /// <param name="indicators">Draws, row-major [draws, K].</param>
    /// <param name="offsets">[K].</param>
    internal static int[] Count(ReadOnlySpan<double> indicators, double[] offsets)
    {
        var counts = new int[offsets.Length];
        for (var at = 0; at < indicators.Length; at += offsets.Length)
        {
            var largest = 0;
            for (var k = 1; k < offsets.Length; k++)
            {
                if (indicators[at + k] + offsets[k] > indicators[at + largest] + offsets[largest]) largest = k;
            }

            counts[largest]++;
        }

        return counts;
    }
}
