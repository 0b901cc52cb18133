using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Tests.Collapsed.Factors;

public sealed class FactorPosteriorTests
{
    private const int Columns = 3;

    // Simulation-based calibration (Talts et al. 2018), the parameters drawn anew from their prior for each table: among nine draws from
    // the posterior the truth has every rank equally often. 300 tables; each of five statistics has a chi-squared number of 9 degrees of
    // freedom, above 27.9 once in 1,000: some 0.5 % false alarms were the seed drawn anew.
    [Fact]
    public void Among_draws_the_true_parameters_have_every_rank_equally_often() =>
        Assert.All(Unevenness(300, data => data), statistic => Assert.InRange(statistic, 0.0, 27.9));

    // The control: draws that take every row for four are too sure of themselves by half.
    [Fact]
    public void Among_draws_that_count_every_row_four_times_the_true_parameters_come_first_or_last_too_often()
    {
        var unevenness = Unevenness(50, data => data.Choose([.. Enumerable.Range(0, 4 * data.Rows).Select(i => i / 4)]));
        Assert.All([unevenness[1], unevenness[3]], statistic => Assert.True(statistic > 27.9, $"{statistic}"));
    }

    // Of each statistic, the chi-squared number of its ranks.
    private static double[] Unevenness(int tables, Func<MaskedMatrix, MaskedMatrix> seen)
    {
        var ranks = new int[5, 10];
        for (var table = 0; table < tables; table++)
        {
            var random = new RandomStream(new Philox(77), table);
            var truth = Prior(random);
            var data = seen(Simulate(truth, 25, random));
            var below = new int[5];
            for (var draw = 0; draw < 9; draw++)
            {
                var drawn = FactorPosterior.Draw(
                    data, truth with { Variance = Scale }, new double[Columns], 40,
                    new RandomStream(new Philox(78), table * 9 + draw)).Model;
                var (own, other) = (Statistics(drawn), Statistics(truth));
                for (var s = 0; s < 5; s++) below[s] += own[s] < other[s] ? 1 : 0;
            }

            for (var s = 0; s < 5; s++) ranks[s, below[s]]++;
        }

        return [.. Enumerable.Range(0, 5).Select(s => Enumerable.Range(0, 10).Sum(r => Math.Pow(ranks[s, r] - tables / 10.0, 2) / (tables / 10.0)))];
    }

    [Fact]
    public void A_column_that_hides_its_large_values_has_its_mean_back()
    {
        // The mask is 1.2 probits per standard deviation; 400 draws spread by some 0.07, and the mean of the observed values lies 0.5 below.
        var random = new RandomStream(new Philox(79), 0);
        var truth = Truth([0.9, 0.8, 0.8], [0.3, 0.3, 0.4]);
        var complete = Simulate(truth, 600, random, missing: 0.0);
        var observed = (double[])complete.Observed.Clone();
        for (var i = 0; i < 600; i++)
        {
            observed[i * complete.Stride + 2] =
                random.Uniform() < StandardNormal.Cdf(-1.2 * complete.Values[i * complete.Stride + 2]) ? 1.0 : 0.0;
        }
        var data = complete.WithMask(complete.Values, observed);
        var start = FactorAnalysis.Fit(data, 1, 1);
        double Mean(double slope) => Enumerable.Range(0, 10).Average(k =>
            FactorPosterior.Draw(data, start, [0.0, 0.0, slope], 50, new RandomStream(new Philox(80), k)).Model.Intercept[2]);
        Assert.InRange(Mean(-1.2), -0.15, 0.15);
        Assert.InRange(Mean(0.0), -0.6, -0.15);
    }

    private static double[] Scale { get; } = Padded([0.5, 0.5, 0.5], 1.0);

    private static double[] Statistics(FactorModel model) =>
        [model.Variance[0], model.Variance[2], Math.Abs(model.Loadings[2]), model.Intercept[2], model.Loadings[0] * model.Loadings[2]];

    // The prior of the sampler: loadings N(0, 1), variances 0.5 over a chi-squared number of one degree of freedom; intercepts, flat there,
    // are 0: shifting a table shifts their draws.
    private static FactorModel Prior(RandomStream random) => Truth(
        [.. Enumerable.Range(0, Columns).Select(_ => random.Normal())], [.. Enumerable.Range(0, Columns).Select(_ => 0.5 / random.ChiSquared(1.0))]);

    private static FactorModel Truth(double[] loadings, double[] variances) =>
        new(1, MaskedMatrix.PaddedWidth(Columns), Padded(loadings, 0.0), Padded([], 0.0), Padded(variances, 1.0), [], [], []);

    private static double[] Padded(double[] values, double filling) =>
        [.. values, .. Enumerable.Repeat(filling, MaskedMatrix.PaddedWidth(Columns) - values.Length)];

    private static MaskedMatrix Simulate(FactorModel model, int rows, RandomStream random, double missing = 0.25)
    {
        var (values, observed) = (new float[rows * Columns], new float[rows * Columns]);
        for (var i = 0; i < rows; i++)
        {
            var z = random.Normal();
            for (var j = 0; j < Columns; j++)
            {
                values[i * Columns + j] = (float)(model.Intercept[j] + model.Loadings[j] * z + Math.Sqrt(model.Variance[j]) * random.Normal());
                observed[i * Columns + j] = j == 2 && random.Uniform() < missing ? 0f : 1f;
            }
        }

        return MaskedMatrix.From(new EncodedTable(rows, Columns, values, observed));
    }
}
