using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Mixtures;

namespace MissBgm.Trainer.Tests.Collapsed.Mixtures;

public sealed class MixturePosteriorTests
{
    private const int Rows = 24;
    private const int Draws = 2000;
    private static readonly MixtureSettings One = new() { Components = 1, VarianceFloor = 0.0 };

    // A complete table's posterior is known: under the prior |Sigma|^-1 and a flat mean the covariance is inverse Wishart of n - p degrees of
    // freedom and the rows' scatter, the mean normal about theirs. Jeffreys' prior has one degree more, and a mean 5 % smaller.
    [Fact]
    public void Draws_from_a_complete_table_have_the_moments_of_the_exact_posterior()
    {
        var data = Simulate(missing: 0.0);
        var (mean, scatter) = Moments(data);
        var draws = Draw(data);
        var expected = scatter.Select(s => s / (Rows - 2 - 2 - 1)).ToArray();
        for (var i = 0; i < 4; i++)
        {
            // 2,000 draws whose entries vary by a third of their scale: four standard errors.
            Assert.Equal(expected[i], draws.Average(d => d.Covariance[i]), 0.03 * Math.Sqrt(expected[i / 2 * 3] * expected[i % 2 * 3]));
        }

        for (var j = 0; j < 2; j++)
        {
            var error = Math.Sqrt(expected[j * 3] / Rows);
            Assert.Equal(mean[j], draws.Average(d => d.Mean[j]), 0.1 * error);
            Assert.Equal(1.0, Deviation([.. draws.Select(d => d.Mean[j])]) / error, 0.08);
        }
    }

    // y missing at random given x: its regression on x has the posterior of the flat prior of (slopes, log s.d.) in the rows that show it, as
    // multiple imputation by normal regression draws it.
    [Fact]
    public void The_regression_of_an_incomplete_column_has_the_posterior_of_the_rows_that_show_it()
    {
        var data = Simulate(missing: 0.4);
        var seen = Enumerable.Range(0, Rows).Where(i => data.Mask(i)[1] == 1.0).ToArray();
        var (_, scatter) = Moments(data.Choose(seen));
        var slope = scatter[1] / scatter[0];
        var residual = (scatter[3] - slope * scatter[1]) / (seen.Length - 2.0 - 2.0);
        var error = Math.Sqrt(residual / scatter[0]);
        var draws = Draw(data);
        var slopes = draws.Select(d => d.Covariance[1] / d.Covariance[0]).ToArray();
        var residuals = draws.Select(d => d.Covariance[3] - d.Covariance[1] * d.Covariance[1] / d.Covariance[0]).ToArray();
        // A mean is known to 1/45 of the draws' spread: within four and a half of that.
        Assert.Equal(slope, slopes.Average(), 0.1 * error);
        Assert.Equal(residual, residuals.Average(), 0.1 * Deviation(residuals));
        Assert.InRange(Deviation(slopes) / error, 0.92, 1.08);
    }

    [Fact]
    public void Of_two_far_components_each_keeps_its_rows()
    {
        var data = Simulate(missing: 0.3, apart: 8.0);
        GaussianComponent[] start = [Component(0.5, [0.0, 0.0]), Component(0.5, [8.0, 8.0])];
        for (var draw = 0; draw < 10; draw++)
        {
            var drawn = MixturePosterior.Draw(
                data, start, [4.0, 4.0], SelfMask.Ignorable, new MixtureSettings { Components = 2 }, 20,
                new RandomStream(new Philox(6), draw));
            Assert.InRange(drawn[0].Mean[0], -1.5, 1.5);
            Assert.InRange(drawn[1].Mean[1], 6.0, 9.5);
            Assert.Equal(1.0, drawn.Sum(component => Math.Exp(component.LogWeight)), 1e-9);
        }
    }

    private static GaussianComponent[] Draw(MaskedMatrix data) => [.. Enumerable.Range(0, Draws).Select(k =>
        MixturePosterior.Draw(data, [Component(1.0, [0.0, 0.0])], [0.0, 0.0], SelfMask.Ignorable, One, 50, new RandomStream(new Philox(5), k))[0])];

    private static GaussianComponent Component(double weight, double[] mean) => new(weight, mean, [1.0, 0.5, 0.5, 1.0]);

    // x standard normal, y = 0.7 x + noise of variance 0.5; every other row may stand apart.
    private static MaskedMatrix Simulate(double missing, double apart = 0.0)
    {
        var random = new RandomStream(new Philox(4), 0);
        var (values, observed) = (new float[Rows * 2], new float[Rows * 2]);
        for (var i = 0; i < Rows; i++)
        {
            var x = random.Normal();
            var shift = i % 2 * apart;
            (values[i * 2], values[i * 2 + 1]) = ((float)(x + shift), (float)(0.7 * x + Math.Sqrt(0.5) * random.Normal() + shift));
            (observed[i * 2], observed[i * 2 + 1]) = (1f, random.Uniform() < missing ? 0f : 1f);
        }

        return MaskedMatrix.From(new EncodedTable(Rows, 2, values, observed));
    }

    private static (double[] Mean, double[] Scatter) Moments(MaskedMatrix data)
    {
        var (n, mean, scatter) = (data.Rows, new double[2], new double[4]);
        for (var i = 0; i < n; i++) (mean[0], mean[1]) = (mean[0] + data.Row(i)[0] / n, mean[1] + data.Row(i)[1] / n);
        for (var i = 0; i < n; i++)
        {
            for (var e = 0; e < 4; e++) scatter[e] += (data.Row(i)[e / 2] - mean[e / 2]) * (data.Row(i)[e % 2] - mean[e % 2]);
        }

        return (mean, scatter);
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }
}
