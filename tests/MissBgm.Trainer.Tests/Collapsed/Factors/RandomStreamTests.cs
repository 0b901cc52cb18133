using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Tests.Collapsed.Factors;

public sealed class RandomStreamTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(3.0)]
    [InlineData(50.0)]
    public void Chi_squared_numbers_have_their_moments(double degrees)
    {
        // 20,000 numbers: the mean is known to sqrt(2 df / 20,000), the variance, of kurtosis 3 + 12 / df, to sqrt((2 + 12 / df) / 20,000)
        // of itself; five of either.
        var random = new RandomStream(new Philox(1), 0);
        var numbers = Enumerable.Range(0, 20_000).Select(_ => random.ChiSquared(degrees)).ToArray();
        var mean = numbers.Average();
        Assert.Equal(degrees, mean, 5.0 * Math.Sqrt(2.0 * degrees / 20_000));
        Assert.Equal(1.0, numbers.Average(x => (x - mean) * (x - mean)) / (2.0 * degrees), 5.0 * Math.Sqrt((2.0 + 12.0 / degrees) / 20_000));
    }

    [Fact]
    public void Wishart_and_inverse_Wishart_matrices_have_their_means()
    {
        // Entries of 4,000 matrices of 20 degrees of freedom vary by some 40 % of their scale: 0.03 is five standard errors.
        double[] scale = [2.0, 0.6, -0.4, 0.6, 1.0, 0.3, -0.4, 0.3, 0.5];
        var factor = (double[])scale.Clone();
        Assert.True(Cholesky.Factor(factor, 3));
        var random = new RandomStream(new Philox(2), 0);
        var (wishart, inverse) = (new double[9], new double[9]);
        for (var draw = 0; draw < 4000; draw++)
        {
            var (w, v) = (random.Wishart(factor, 3, 20.0), random.InverseWishart(factor, 3, 20.0));
            for (var i = 0; i < 9; i++) (wishart[i], inverse[i]) = (wishart[i] + w[i] / 4000.0 / 20.0, inverse[i] + v[i] / 4000.0 * 16.0);
        }

        for (var i = 0; i < 9; i++)
        {
            var unit = Math.Sqrt(scale[i / 3 * 4] * scale[i % 3 * 4]);
            Assert.Equal(scale[i], wishart[i], 0.03 * unit);
            Assert.Equal(scale[i], inverse[i], 0.03 * unit);
        }
    }
}
