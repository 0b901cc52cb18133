using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Levels;

/// <summary>
/// An ordinal or binary column as intervals of a latent normal variable: a level is observed where the variable lies between its
/// cut-points, and stands in the Gaussian column by its score.
/// </summary>
/// <param name="Scores">The levels' scores, ascending, [K].</param>
/// <param name="Cuts">The cut-points between them, [K - 1].</param>
internal sealed record LevelIntervals(double[] Scores, double[] Cuts)
{
    // A level's share, and the latent variable's variance, of a component that hardly has a level.
    private const double SmallestShare = 1e-3;
    private const double SmallestVariance = 0.02;
    private const double LargestVariance = 4.0;
    private const int Halvings = 40;

    /// <summary>The intervals of the Gaussian columns, [q]; null for numbers and the indicators of categorical columns.</summary>
    public static LevelIntervals?[] Of(GaussianCoding coding) =>
        [.. coding.Coded.SelectMany(column => column is { Width: 1, Codes: { } codes }
            ? [new LevelIntervals([.. codes.Select(code => code[0])], column.Cuts)]
            : new LevelIntervals?[column.Width])];

    /// <summary>The latent variable whose levels' scores have a mean and a variance; of two levels, which tell one of both, its variance is 1.</summary>
    public LatentLevel Match(double mean, double variance)
    {
        var (low, high) = (SmallestVariance, LargestVariance);
        if (Scores.Length == 2) return Matched(mean, 1.0);
        for (var i = 0; i < Halvings / 2; i++)
        {
            var middle = Math.Sqrt(low * high);
            if (Matched(mean, middle).ScoreVariance < variance) low = middle;
            else high = middle;
        }

        return Matched(mean, Math.Sqrt(low * high));
    }

    // The mean score grows with the latent mean.
    private LatentLevel Matched(double mean, double variance)
    {
        var (deviation, reach) = (Math.Sqrt(variance), StandardNormal.Quantile(1.0 - SmallestShare));
        var (low, high) = (Cuts[0] - reach * deviation, Cuts[^1] + reach * deviation);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = 0.5 * (low + high);
            if (Moments(middle, deviation).Mean < mean) low = middle;
            else high = middle;
        }

        var latent = 0.5 * (low + high);
        return new LatentLevel(latent, deviation, Moments(latent, deviation).Variance, Coefficients(latent, deviation));
    }

    private (double Mean, double Variance) Moments(double mean, double deviation)
    {
        var (below, first, second) = (0.0, 0.0, 0.0);
        for (var k = 0; k < Scores.Length; k++)
        {
            var upTo = k < Cuts.Length ? StandardNormal.Cdf((Cuts[k] - mean) / deviation) : 1.0;
            first += (upTo - below) * Scores[k];
            second += (upTo - below) * Scores[k] * Scores[k];
            below = upTo;
        }

        return (first, second - first * first);
    }

    // Of the score as a series in normalised Hermite polynomials: sum over cuts of the step times phi(t) He_{r-1}(t) / sqrt(r!).
    private double[] Coefficients(double mean, double deviation)
    {
        var coefficients = new double[LatentLevel.Terms];
        for (var k = 0; k < Cuts.Length; k++)
        {
            var t = (Cuts[k] - mean) / deviation;
            var (before, term) = (0.0, (Scores[k + 1] - Scores[k]) * Math.Exp(-0.5 * t * t - StandardNormal.LogSqrtTwoPi));
            for (var r = 1; r <= coefficients.Length; r++)
            {
                coefficients[r - 1] += term;
                // He_r = t He_{r-1} - (r - 1) He_{r-2}.
                (before, term) = (term, (t * term - (r - 1) / Math.Sqrt(r) * before) / Math.Sqrt(r + 1));
            }
        }

        return coefficients;
    }
}

/// <summary>A latent normal variable behind a column of levels.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="Deviation">Its standard deviation.</param>
/// <param name="ScoreVariance">The variance of the levels' scores under it.</param>
/// <param name="Coefficients">Of the scores as a Hermite series in the standardised variable, the constant left out.</param>
internal sealed record LatentLevel(double Mean, double Deviation, double ScoreVariance, double[] Coefficients)
{
    /// <summary>Terms of the series.</summary>
    public const int Terms = 16;

    /// <summary>A correlation is at most this.</summary>
    public const double Largest = 0.98;

    private const int Halvings = 30;

    /// <summary>Covariance of the score with the standardised variable itself.</summary>
    public double Slope => Coefficients[0];

    /// <summary>
    /// The correlation of two latent variables whose scores have a covariance, sum over r of g_r h_r rho^r (the polychoric correlation by
    /// moments: Olsson, Psychometrika 44, 1979; the series is Pearson's).
    /// </summary>
    public double Correlation(LatentLevel other, double covariance)
    {
        var (low, high) = (-Largest, Largest);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = 0.5 * (low + high);
            if (Covariance(other, middle) < covariance) low = middle;
            else high = middle;
        }

        return 0.5 * (low + high);
    }

    /// <summary>The correlation with a number of which the score has a covariance, in the number's standard deviations.</summary>
    public double Correlation(double covariance) => Math.Clamp(covariance / Slope, -Largest, Largest);

    private double Covariance(LatentLevel other, double correlation)
    {
        var sum = 0.0;
        for (var r = Terms - 1; r >= 0; r--) sum = correlation * (sum + Coefficients[r] * other.Coefficients[r]);
        return sum;
    }
}
