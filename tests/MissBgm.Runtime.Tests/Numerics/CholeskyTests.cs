using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Tests.Numerics;

public sealed class CholeskyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(31)]
    public void The_inverse_times_the_matrix_is_the_identity(int d)
    {
        var random = new Random(d);
        var root = Enumerable.Range(0, d * d).Select(_ => random.NextDouble() - 0.5).ToArray();
        var matrix = new double[d * d];
        for (var i = 0; i < d * d; i++) matrix[i] = Enumerable.Range(0, d).Sum(k => root[i / d * d + k] * root[i % d * d + k]) + (i % (d + 1) == 0 ? 1 : 0);
        var (factor, inverse) = ((double[])matrix.Clone(), new double[d * d]);
        Array.Fill(inverse, double.NaN);
        Assert.True(Cholesky.Factor(factor, d));
        Cholesky.Invert(factor, d, inverse);
        for (var i = 0; i < d * d; i++)
        {
            var product = Enumerable.Range(0, d).Sum(k => inverse[i / d * d + k] * matrix[k * d + i % d]);
            Assert.Equal(i % (d + 1) == 0 ? 1.0 : 0.0, product, 1e-13);
            Assert.Equal(inverse[i], inverse[i % d * d + i / d]);
        }
    }
}
