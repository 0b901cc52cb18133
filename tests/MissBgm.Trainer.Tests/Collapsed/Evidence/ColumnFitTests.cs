using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Evidence;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Tests.Collapsed.Evidence;

public sealed class ColumnFitTests
{
    [Theory]
    [InlineData(0.8)]
    [InlineData(-0.95)]
    [InlineData(0.0)]
    public void Selection_recovers_its_parameters(double rho)
    {
        // 20,000 cells: standard errors of b, log sigma and t are below 0.025 at a known rho; five of them are allowed.
        var column = Selected(20_000, intercept: 0.4, sigma: 0.7, rho, threshold: 0.3, seed: 3);
        var fit = ColumnSelectionFit.Selection(column, rho);
        Assert.Equal(0.4, fit.Intercept, 0.06);
        Assert.Equal(Math.Log(0.7), fit.LogScale, 0.06);
        Assert.Equal(0.3, fit.Threshold, 0.06);
    }

    [Theory]
    [InlineData(0.8, 0.995)]
    [InlineData(0.3, -0.8)]
    public void The_maximum_is_stationary_and_higher_than_its_neighbours(double truth, double rho)
    {
        var column = Selected(700, 0.1, 1.2, truth, -0.2, seed: 4);
        var fit = ColumnSelectionFit.Selection(column, rho);
        double Value(double b, double s, double t) => Direct(column, rho, b, s, t);
        Assert.Equal(Value(fit.Intercept, fit.LogScale, fit.Threshold), fit.LogLikelihood, 1e-8);
        foreach (var step in (double[])[-0.01, 0.01])
        {
            Assert.True(Value(fit.Intercept + step, fit.LogScale, fit.Threshold) < fit.LogLikelihood);
            Assert.True(Value(fit.Intercept, fit.LogScale + step, fit.Threshold) < fit.LogLikelihood);
            Assert.True(Value(fit.Intercept, fit.LogScale, fit.Threshold + step) < fit.LogLikelihood);
        }
    }

    [Fact]
    public void Skew_noise_fits_truncated_noise_as_well_as_selection_does()
    {
        // At tau = t both likelihoods coincide up to the mask's own term, so the freer law cannot be worse.
        var column = Selected(1500, 0.0, 1.0, 0.95, 0.2, seed: 5);
        var selection = ColumnSelectionFit.Selection(column, 0.95).LogLikelihood;
        var skew = ColumnSelectionFit.SkewNoise(column, 0.95).LogLikelihood + column.MaskLogLikelihood;
        Assert.True(skew > selection - 1e-6, $"{skew} against {selection}");
        Assert.True(skew < selection + 6.0, $"{skew} against {selection}"); // chi-squared(1) / 2 exceeds 6 once in 2,000 draws
    }

    [Fact]
    public void A_rule_of_other_columns_that_fits_by_chance_does_not_hide_a_sharp_cut_and_costs_its_evidence_at_most()
    {
        var cut = Selected(1000, intercept: 0.0, sigma: 1.0, rho: -0.9999, threshold: 0.5, seed: 8);
        var offsets = new float[1000];
        new Philox(9).Normals(offsets, RandomPurpose.Simulation, 0, 0, 0);
        var seen = new double[cut.Values.Length];
        for (var i = 0; i < cut.Observed; i++) seen[i] = 0.3 * offsets[i];
        var ruled = cut with { Offsets = seen, MissingOffsets = [.. offsets[cut.Observed..].Select(o => 0.3 * o)], RuleEvidence = 4.0 };
        var alone = new ColumnScores(cut).Score;
        Assert.True(alone > 2.0, $"{alone}");
        // Alone it would be far below: the cut is where no rule moves it.
        Assert.True(ColumnSelectionFit.Selection(ruled, -0.995).LogLikelihood < ColumnSelectionFit.Selection(cut, -0.995).LogLikelihood - 20.0);
        Assert.Equal(alone - 4.0, new ColumnScores(ruled).Score, 1e-9);
    }

    [Fact]
    public void Mixtures_see_two_clusters_and_charge_for_components()
    {
        var random = new Philox(6);
        var draws = new float[900];
        random.Normals(draws, RandomPurpose.Simulation, 0, 0, 0);
        var one = Column(Array.ConvertAll(draws, v => (double)v), missing: 0);
        var two = Column([.. draws.Select((v, i) => v + (i % 2 == 0 ? 3.0 : -3.0))], missing: 0);
        double Gaussian(ColumnResiduals c)
        {
            var values = c.Values[..c.Observed];
            var mean = values.Average();
            return -0.5 * c.Observed * (Math.Log(2.0 * Math.PI * values.Average(v => (v - mean) * (v - mean))) + 1.0) - Math.Log(c.Observed);
        }

        Assert.InRange(ColumnMixtureFit.BestBic(one) - Gaussian(one), -1e-6, 1.0);
        Assert.True(ColumnMixtureFit.BestBic(two) > Gaussian(two) + 300.0);
    }

    private static ColumnResiduals Selected(int cells, double intercept, double sigma, double rho, double threshold, ulong seed)
    {
        var random = new Philox(seed);
        var (e, xi) = (new float[cells], new float[cells]);
        random.Normals(e, RandomPurpose.Simulation, 0, 0, 0);
        random.Normals(xi, RandomPurpose.Simulation, 0, 1, 0);
        var values = Enumerable.Range(0, cells)
            .Where(i => threshold + rho * e[i] + Math.Sqrt(1.0 - rho * rho) * xi[i] > 0.0)
            .Select(i => intercept + sigma * e[i])
            .ToArray();
        return Column(values, cells - values.Length);
    }

    private static ColumnResiduals Column(double[] values, int missing)
    {
        var padded = new double[MaskedMatrix.PaddedWidth(values.Length)];
        values.CopyTo(padded, 0);
        return new ColumnResiduals(padded, values.Length, missing);
    }

    private static double Direct(ColumnResiduals column, double rho, double b, double logSigma, double t)
    {
        var w = Math.Sqrt(1.0 - rho * rho);
        var sum = column.Missing * StandardNormal.LogCdf(-t);
        foreach (var x in column.Values.AsSpan(0, column.Observed))
        {
            var u = (x - b) * Math.Exp(-logSigma);
            sum += -0.5 * u * u - logSigma - StandardNormal.LogSqrtTwoPi + StandardNormal.LogCdf((rho * u + t) / w);
        }

        return sum;
    }
}
