using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Levels;

namespace MissBgm.Trainer.Tests.Collapsed.Levels;

/// <summary>Latent variables behind levels, from the moments of the levels' scores, against numerical integration.</summary>
public sealed class LatentLevelsTests
{
    private static readonly GaussianCoding Coding = new(
    [
        Column("x", ColumnType.Numeric), Column("b", ColumnType.Binary, 0.9, 0.1), Column("o", ColumnType.Ordinal, 0.5, 0.3, 0.2),
        Column("y", ColumnType.Numeric), Column("c", ColumnType.Binary, 0.4, 0.6),
    ]);

    private static readonly LevelIntervals?[] Intervals = LevelIntervals.Of(Coding);

    // Latent correlations; the numbers' are their own.
    private static readonly double[,] Truth =
    {
        { 1.0, 0.6, -0.5, 0.4, 0.3 }, { 0.6, 1.0, -0.4, 0.3, 0.5 }, { -0.5, -0.4, 1.0, 0.1, -0.2 }, { 0.4, 0.3, 0.1, 1.0, 0.2 },
        { 0.3, 0.5, -0.2, 0.2, 1.0 },
    };

    [Theory]
    [InlineData(1, -0.4, 1.0)]
    [InlineData(2, 0.3, 0.6)]
    public void A_latent_variable_has_levels_whose_scores_have_the_moments(int column, double mean, double deviation)
    {
        var (first, second) = ScoreMoments(Intervals[column]!, mean, deviation);
        var found = Intervals[column]!.Match(first, second - first * first);
        Assert.Equal(mean, found.Mean, 1e-4);
        Assert.Equal(deviation, found.Deviation, 1e-4);
        Assert.Equal(second - first * first, found.ScoreVariance, 1e-4);
    }

    [Theory]
    [InlineData(1, 4, 0.7)]
    [InlineData(1, 2, 0.8)]
    [InlineData(1, 2, -0.4)]
    [InlineData(2, 4, 0.2)]
    public void The_correlation_behind_two_columns_of_levels_is_found(int i, int j, double correlation)
    {
        LatentLevel Latent(int column) => Intervals[column]!.Match(0.0, 1.0);
        // Cut-points are hit to a step of the grid, and terms of the series from the 17th on are left out.
        Assert.Equal(correlation, Latent(i).Correlation(Latent(j), Covariance(i, j, correlation)), 0.02);
    }

    // Whatever form the fit has: five factors hold any law of five columns; one factor with noise is fitted column by column.
    [Theory]
    [InlineData(5)]
    [InlineData(2)]
    public void What_is_drawn_has_the_latent_correlations_and_what_is_observed_the_scores(int dimension)
    {
        var scores = new double[5, 5];
        for (var i = 0; i < 5; i++)
        {
            for (var j = 0; j < 5; j++)
            {
                var correlation = dimension == 5 ? Truth[i, j] : OneFactor[i] * OneFactor[j];
                scores[i, j] = i == j ? 1.0 : Covariance(i, j, correlation);
            }
        }

        var member = dimension == 5 ? AnyLaw(scores) : Factors(scores);
        var law = LatentLevels.Of(CollapsedMixture.Single(member), Intervals).Members[0];
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(1.0, Covariance(law.Missing!.Loadings, i, i) + law.Missing.Scale[i] * law.Missing.Scale[i], 1e-3);
            Assert.Equal(1.0, Covariance(law.Loadings, i, i) + law.Scale[i] * law.Scale[i], 1e-3);
            for (var j = 0; j < i; j++)
            {
                var wanted = dimension == 5 ? Truth[i, j] : OneFactor[i] * OneFactor[j];
                // One factor's covariances of levels are those of the linear part alone, which the series takes for the whole.
                Assert.Equal(wanted, Covariance(law.Missing.Loadings, i, j), dimension == 5 ? 0.03 : 0.06);
                // Of two columns of levels only the linear part of the scores' covariance is kept.
                Assert.Equal(scores[i, j], Covariance(law.Loadings, i, j), Intervals[i] is not null && Intervals[j] is not null ? 0.08 : 0.04);
            }
        }
    }

    [Fact]
    public void A_column_whose_mask_follows_its_value_keeps_its_law()
    {
        var member = AnyLaw(Truth) with { Correlation = [0.0, 0.3, 0.0, 0.0, 0.0] };
        Assert.Null(LatentLevels.Of(CollapsedMixture.Single(member), Intervals).Members[0].Missing);
    }

    private static double[] OneFactor { get; } = [0.8, 0.7, -0.6, 0.5, 0.7];

    // Of two columns' values, their variables having a correlation.
    private static double Covariance(int i, int j, double correlation) => Integral(u =>
        Value(i, u) * (Intervals[j] is { } other ? ScoreMoments(other, correlation * u, Math.Sqrt(1 - correlation * correlation)).First : correlation * u));

    private static double Value(int column, double latent) => Intervals[column] is null ? latent : Score(column, latent);

    private static double Score(int column, double latent) => Intervals[column]!.Scores[Intervals[column]!.Cuts.Count(cut => latent > cut)];

    private static (double First, double Second) ScoreMoments(LevelIntervals intervals, double mean, double deviation)
    {
        var (first, second) = (0.0, 0.0);
        for (var k = 0; k < intervals.Scores.Length; k++)
        {
            double Below(int cut) => cut < 0 ? 0.0 : cut == intervals.Cuts.Length ? 1.0 : StandardNormal.Cdf((intervals.Cuts[cut] - mean) / deviation);
            var share = Below(k) - Below(k - 1);
            (first, second) = (first + share * intervals.Scores[k], second + share * intervals.Scores[k] * intervals.Scores[k]);
        }

        return (first, second);
    }

    private static double Integral(Func<double, double> of)
    {
        var (sum, mass) = (0.0, 0.0);
        for (var u = -6.0; u <= 6.0; u += 0.002)
        {
            var weight = Math.Exp(-0.5 * u * u);
            (sum, mass) = (sum + weight * of(u), mass + weight);
        }

        return sum / mass;
    }

    private static double Covariance(double[] loadings, int i, int j) =>
        Enumerable.Range(0, loadings.Length / 5).Sum(k => loadings[k * 5 + i] * loadings[k * 5 + j]);

    // The Cholesky factor of the correlations less a tenth, and that as noise.
    private static CollapsedWeights AnyLaw(double[,] correlations)
    {
        const double Noise = 0.1;
        var (factor, loadings) = (new double[25], new double[25]);
        for (var i = 0; i < 25; i++) factor[i] = correlations[i / 5, i % 5] - (i / 5 == i % 5 ? Noise : 0.0);
        Assert.True(Cholesky.Factor(factor, 5));
        for (var j = 0; j < 5; j++)
        {
            for (var k = 0; k <= j; k++) loadings[k * 5 + j] = factor[j * 5 + k];
        }

        return Weights(loadings, [.. Enumerable.Repeat(Math.Sqrt(Noise), 5)]);
    }

    // One factor of the scores, and one that nothing but x loads on.
    private static CollapsedWeights Factors(double[,] scores)
    {
        double Slope(int j) => Intervals[j] is null ? 1.0 : Intervals[j]!.Match(0.0, 1.0).Slope;
        double[] loadings = [.. Enumerable.Range(0, 5).Select(j => OneFactor[j] * Slope(j)), 1e-3, 0.0, 0.0, 0.0, 0.0];
        Assert.Equal(scores[0, 1], loadings[0] * loadings[1], 0.02);
        return Weights(loadings, [.. Enumerable.Range(0, 5).Select(j => Math.Sqrt(1.0 - loadings[j] * loadings[j]))]);
    }

    private static CollapsedWeights Weights(double[] loadings, double[] scale) =>
        new(loadings.Length / 5, 5, loadings, new double[5], scale, new double[5], new double[loadings.Length], new double[5]);

    private static ColumnSchema Column(string name, ColumnType type, params double[] shares) => new()
    {
        Name = name,
        Type = type,
        Location = 0,
        Scale = 1,
        Minimum = 0,
        Maximum = Math.Max(1, shares.Length - 1),
        ObservedShare = 0.8,
        Levels = shares.Length == 0 ? null : [.. shares.Select((_, level) => $"{name}{level}")],
        LevelShares = shares.Length == 0 ? null : shares,
    };
}
