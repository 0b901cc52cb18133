using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Collapsed.Levels;

/// <summary>
/// An ordinal or binary column as intervals of a latent normal variable: a level is observed where the variable lies between its
/// cut-points, and stands in the Gaussian column by its score. Of a column of numbers with atoms, such as zeros, the intervals of these
/// are levels, and between them the variable itself is observed (with one atom at an end, Tobin's model: Econometrica 26, 1958).
/// </summary>
/// <param name="Scores">The intervals' scores, [K]; not a number where the variable itself is observed.</param>
/// <param name="Cuts">The cut-points between them, ascending, [K - 1].</param>
internal sealed record LevelIntervals(double[] Scores, double[] Cuts)
{
    // An atom that fewer cells have does not bend a column's relations much.
    private const double LeastAtom = 0.1;

    // A level's share, and the latent variable's variance, of a component that hardly has a level.
    private const double SmallestShare = 1e-3;
    private const double SmallestVariance = 0.02;
    private const double LargestVariance = 4.0;
    private const double LargestVarianceOfNumbers = 100.0;
    private const int Halvings = 40;

    /// <summary>The intervals of the Gaussian columns, [q]; null for numbers and the indicators of categorical columns.</summary>
    public static LevelIntervals?[] Of(GaussianCoding coding) =>
        [.. coding.Coded.SelectMany(column => column is { Width: 1, Codes: { } codes }
            ? [new LevelIntervals([.. codes.Select(code => code[0])], column.Cuts)]
            : new LevelIntervals?[column.Width])];

    /// <summary>The intervals of the columns of numbers that have a large atom, [q]; null for all others.</summary>
    /// <param name="columns">The modelled columns.</param>
    /// <param name="counts">Their observed values; null for discrete columns.</param>
    public static LevelIntervals?[] OfAtoms(IReadOnlyList<ColumnSchema> columns, ValueCounts?[] counts)
    {
        var coding = new GaussianCoding(columns);
        var intervals = new LevelIntervals?[coding.Columns];
        for (var c = 0; c < columns.Count; c++)
        {
            if (columns[c].Marginal is not { Atoms.Count: > 0 } marginal || counts[c] is not { } values) continue;
            if (!marginal.Atoms.Any(atom => values.ShareUpTo(atom.Value) - values.ShareBelow(atom.Value) >= LeastAtom)) continue;
            // As learned: calibrated cut-points make up for what draws by scores lack.
            intervals[coding.FirstOf(c)] = Of(
                marginal.Scale == MarginalScale.Normal ? MarginalLearning.Normal(columns[c], values) : MarginalLearning.Support(columns[c], values));
        }

        return intervals;
    }

    private static LevelIntervals? Of(ColumnMarginal marginal)
    {
        var (scores, cuts) = (new List<double>(), new List<double>());
        var last = (double?)double.NegativeInfinity;
        foreach (var atom in marginal.Atoms)
        {
            // What lies between the atom before, or nothing, and this one.
            if (scores.Count > 0) cuts.Add(last!.Value);
            if ((atom.From ?? double.NegativeInfinity) > last)
            {
                scores.Add(double.NaN);
                cuts.Add(atom.From!.Value);
            }

            scores.Add(atom.Score);
            last = atom.To;
        }

        if (last is { } end)
        {
            cuts.Add(end);
            scores.Add(double.NaN);
        }

        return cuts.Count == 0 ? null : new LevelIntervals([.. scores], [.. cuts]);
    }

    /// <summary>The ends of the interval of the level that has a score.</summary>
    public (double Lower, double Upper) Bounds(double score)
    {
        var level = Enumerable.Range(0, Scores.Length).MinBy(k => Math.Abs(Scores[k] - score));
        return (level == 0 ? double.NegativeInfinity : Cuts[level - 1], level == Cuts.Length ? double.PositiveInfinity : Cuts[level]);
    }

    /// <summary>The latent variable whose levels' scores have a mean and a variance; of two levels, which tell one of both, its variance is 1.</summary>
    public LatentLevel Match(double mean, double variance)
    {
        var hasNumbers = Array.Exists(Scores, double.IsNaN);
        var (low, high) = (SmallestVariance, hasNumbers ? LargestVarianceOfNumbers : LargestVariance);
        if (Scores.Length == 2 && !hasNumbers) return Matched(mean, 1.0);
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
        if (double.IsNaN(Scores[0])) low = Math.Min(low, mean);
        if (double.IsNaN(Scores[^1])) high = Math.Max(high, mean);
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
        var (first, second, lower) = (0.0, 0.0, (Cdf: 0.0, Density: 0.0, Weighted: 0.0));
        for (var k = 0; k < Scores.Length; k++)
        {
            var upper = (Cdf: 1.0, Density: 0.0, Weighted: 0.0);
            if (k < Cuts.Length)
            {
                var t = (Cuts[k] - mean) / deviation;
                upper = (StandardNormal.Cdf(t), Density(t), t * Density(t));
            }

            var share = upper.Cdf - lower.Cdf;
            if (double.IsNaN(Scores[k]))
            {
                // Of the variable itself on the interval.
                var (one, two) = (lower.Density - upper.Density, share + lower.Weighted - upper.Weighted);
                first += mean * share + deviation * one;
                second += mean * mean * share + 2.0 * mean * deviation * one + deviation * deviation * two;
            }
            else
            {
                first += share * Scores[k];
                second += share * Scores[k] * Scores[k];
            }

            lower = upper;
        }

        return (first, second - first * first);
    }

    // Of the score as a series in normalised Hermite polynomials, by parts: the sum over cuts of the step times phi(t) He_{r-1}(t) / sqrt(r!),
    // and where the score is the variable itself the integral of phi He_{r-1}, which is that of phi He_{r-2} at the ends.
    private double[] Coefficients(double mean, double deviation)
    {
        var coefficients = new double[LatentLevel.Terms];
        var below = 0.0;
        for (var k = 0; k <= Cuts.Length; k++)
        {
            var upTo = k == Cuts.Length ? 1.0 : StandardNormal.Cdf((Cuts[k] - mean) / deviation);
            if (double.IsNaN(Scores[k])) coefficients[0] += deviation * (upTo - below);
            below = upTo;
            if (k == Cuts.Length) break;
            var t = (Cuts[k] - mean) / deviation;
            double Side(int piece) => double.IsNaN(Scores[piece]) ? Cuts[k] : Scores[piece];
            var slope = deviation * ((double.IsNaN(Scores[k + 1]) ? 1 : 0) - (double.IsNaN(Scores[k]) ? 1 : 0));
            var (step, before, term) = (Side(k + 1) - Side(k), 0.0, Density(t));
            for (var r = 1; r <= coefficients.Length; r++)
            {
                // term is phi He_{r-1} / sqrt(r!), before that of r - 1.
                coefficients[r - 1] += step * term + (r == 1 ? 0.0 : slope * before / Math.Sqrt(r));
                // He_r = t He_{r-1} - (r - 1) He_{r-2}.
                (before, term) = (term, (t * term - (r - 1) / Math.Sqrt(r) * before) / Math.Sqrt(r + 1));
            }
        }

        return coefficients;
    }

    private static double Density(double t) => Math.Exp(-0.5 * t * t - StandardNormal.LogSqrtTwoPi);
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
