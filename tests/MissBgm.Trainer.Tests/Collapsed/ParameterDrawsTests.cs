using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Masks;
using MissBgm.Trainer.Tests.Collapsed.Masks;

namespace MissBgm.Trainer.Tests.Collapsed;

public sealed class ParameterDrawsTests
{
    private static readonly CollapsedSettings Quick = new() { LatentDimension = 1, Steps = 300, Mixtures = false, Mechanism = Mechanism.Ignorable };

    [Fact]
    public void Draws_of_a_mean_spread_as_its_standard_error_says()
    {
        // A complete column's intercept is its mean: 400 draws from 250 rows; the s.d. of the draws is known to 4 %, their mean to 5 % of it.
        var (_, table) = new Scenario(250, 4, 1, 71) { Observed = Scenario.Mcar }.Simulate();
        var fit = CollapsedFit.Run(table, ["a", "b", "c", "d"], Quick with { ParameterDraws = 400 }, 42);
        Assert.Equal(400, fit.Generator.ParameterDraws);
        Assert.All(fit.Generator.Fits, one => Assert.Equal(1.0 / 400.0, one.Weight, 1e-12));
        var means = fit.Weights.Members.Select(member => member.Intercept[0]).ToArray();
        var error = 1.0 / Math.Sqrt(250.0); // standardised
        Assert.InRange(Deviation(means), 0.85 * error, 1.15 * error);
        Assert.InRange(means.Average(), -0.25 * error, 0.25 * error);

        // An incomplete one's, 30 % missing and helped little by the others: between those of all rows and of 70 % of them, give or take.
        var incomplete = fit.Weights.Members.Select(member => member.Intercept[3]).ToArray();
        Assert.InRange(Deviation(incomplete), 0.85 * error, 1.15 * error / Math.Sqrt(0.7));
    }

    [Fact]
    public void Without_them_the_parameters_are_the_estimates()
    {
        var (_, table) = new Scenario(120, 4, 1, 72) { Observed = Scenario.Mcar }.Simulate();
        var point = CollapsedFit.Run(table, ["a", "b", "c", "d"], Quick with { ParameterDraws = 0 }, 42);
        Assert.Single(point.Weights.Members);
        Assert.Equal(0, point.Generator.ParameterDraws);
        var drawn = CollapsedFit.Run(table, ["a", "b", "c", "d"], Quick, 42);
        Assert.Equal(point.Completed, drawn.Completed);
        Assert.Equal(20, drawn.Weights.Members.Select(member => member.Intercept[3]).Distinct().Count());
    }

    [Fact]
    public void Draws_are_the_same_bits_whatever_the_number_of_threads()
    {
        var (_, table) = new Scenario(150, 5, 1, 73) { Observed = Scenario.Mcar }.Simulate();
        var settings = new CollapsedSettings { Steps = 100, ParameterDraws = 6, Mechanism = Mechanism.Self };
        var one = CollapsedFit.Run(table, ["a", "b", "c", "d", "e"], settings, 42);
        var three = CollapsedFit.Run(table, ["a", "b", "c", "d", "e"], settings with { Threads = 3 }, 42);
        Assert.Equal(one.Weights.Members.SelectMany(member => member.Loadings), three.Weights.Members.SelectMany(member => member.Loadings));
    }

    [Fact]
    public void Fewer_draws_are_made_of_mixtures_of_many_components()
    {
        Assert.Equal(20, ParameterDraws.Count(20, [new GeneratorFit(1, 1.0, null)]));
        Assert.Equal(20, ParameterDraws.Count(20, [new GeneratorFit(1, 0.8, null), new GeneratorFit(4, 0.2, null)]));
        Assert.InRange(ParameterDraws.Count(20, [new GeneratorFit(16, 0.5, null), new GeneratorFit(16, 0.5, null)]), 10, 19);
    }

    [Fact]
    public void Slopes_are_drawn_from_their_posterior()
    {
        var data = new MaskedTable(500, 10, 12) { Probit = (row, j) => 0.5 + 0.8 * row[j] }.Draw();
        var contest = MaskContest.Run(data, FactorAnalysis.Fit(data, 2, 1), _ => true, 1);
        var slopes = new SelfSlopes(contest, 10, forced: false);
        var draws = Enumerable.Range(0, 400).Select(k => slopes.Draw(new Philox(5), k)).ToArray();
        foreach (var verdict in contest.Columns)
        {
            var own = draws.Select(draw => draw[verdict.Contest.Column]).Where(slope => slope != 0.0).ToArray();
            // 400 draws: shares to 2.5 points, means to a twentieth of the deviation, which lies below the standard error of the column alone.
            Assert.Equal(verdict.Probability, own.Length / 400.0, 0.1);
            Assert.Equal(verdict.Slope, own.Average(), 0.25 * verdict.Contest.Own.StandardError);
            Assert.InRange(Deviation(own), 0.1 * verdict.Contest.Own.StandardError, 1.1 * verdict.Contest.Own.StandardError);
        }

        Assert.All(draws, draw => Assert.Equal(0.0, draw[0]));
    }

    [Fact]
    public void A_row_of_weight_two_counts_as_two_rows()
    {
        var data = new MaskedTable(60, 5, 14) { Probit = (_, _) => 0.4 }.Draw();
        int[] twice = [.. Enumerable.Range(0, 60), 3, 17];
        var weights = Enumerable.Range(0, 60).Select(i => i is 3 or 17 ? 2.0 : 1.0).ToArray();
        var model = FactorAnalysis.Fit(data, 2, 1);
        var (weighted, repeated) = (
            FactorExpectation.Run(data.Weighted(weights), model, 1, keepPosterior: false),
            FactorExpectation.Run(data.Choose(twice), model, 1, keepPosterior: false));
        Assert.Equal(repeated.LogLikelihood, weighted.LogLikelihood, 1e-9);
        double[] expected = [.. repeated.Moments, .. repeated.Cross, .. repeated.Squares];
        double[] found = [.. weighted.Moments, .. weighted.Cross, .. weighted.Squares];
        foreach (var (a, b) in expected.Zip(found)) Assert.Equal(a, b, 1e-9);
    }

    [Fact]
    public void Random_weights_have_sum_n_and_the_spread_of_a_bootstrap()
    {
        var weights = BayesianBootstrap.Weights(4000, new Philox(3), 0);
        Assert.Equal(4000.0, weights.Sum(), 1e-6);
        // Exponential: variance 1, known to 5 % here.
        Assert.InRange(weights.Average(w => (w - 1.0) * (w - 1.0)), 0.75, 1.25);
        // The antithetic partner's weights are correlated with them by -0.645, 1 - pi^2 / 6.
        var partner = BayesianBootstrap.Weights(4000, new Philox(3), 1);
        Assert.InRange(weights.Zip(partner, (a, b) => (a - 1.0) * (b - 1.0)).Average(), -0.72, -0.57);
        Assert.NotEqual(weights, BayesianBootstrap.Weights(4000, new Philox(3), 2));
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }
}
