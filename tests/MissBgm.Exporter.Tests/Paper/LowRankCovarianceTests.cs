using MathNet.Numerics.LinearAlgebra;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Paper;

/// <summary>Graphs of a generator whose covariance has a low-rank part against the covariance written out in full, in double precision.</summary>
public class LowRankCovarianceTests
{
    private const int D = 5;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 2, 3)]
    [InlineData(7, 50, 4)]
    [InlineData(1, 6, 2)]
    public void Log_densities_are_those_of_the_full_covariance(int n, int p, int rank)
    {
        var plain = Randomly.Model(D, p, [24, 24], stream: 300 + p);
        var head = Randomly.Dense(24, p * rank, stream: 77 + p);
        var weights = plain with { Generator = plain.Generator with { Factor = head } };
        var (z, x, noise) = (Randomly.Normals(n * D, 1), Randomly.Normals(n * p, 2), Randomly.Normals(n * p, 3));
        var observed = Randomly.Bits(n * p, 5, 0.7);
        var (mean, variance) = Reference.Generator(z, n, plain.Generator);
        var (factor, _) = Reference.Generator(z, n, plain.Generator with { Mean = head });
        double[] completed = [.. x.Select((value, i) => observed[i] == 1 ? value : mean[i] + Math.Sqrt(variance[i]) * noise[i])];
        var prior = Reference.Rows(n, i => -0.5 * Reference.Sum(D, k => z[i * D + k] * z[i * D + k]));
        double[] Mask(double[] rows)
        {
            var logits = Reference.Perceptron(rows, n, weights.Mask);
            return Reference.Rows(n, i => 0.4 * Reference.Sum(p, j => i * p + j, c => Reference.LogSigmoid(observed[c] == 1 ? logits[c] : -logits[c])));
        }

        double[] Normal(double[] rows) => Reference.Rows(n, i =>
        {
            var f = Matrix<double>.Build.Dense(p, rank, (j, k) => factor[(i * p + j) * rank + k]);
            var covariance = f * f.Transpose() + Matrix<double>.Build.DenseOfDiagonalArray(variance[(i * p)..((i + 1) * p)]);
            var residual = Vector<double>.Build.Dense(p, j => rows[i * p + j] - mean[i * p + j]);
            var cholesky = covariance.Cholesky();
            return -0.5 * (residual * cholesky.Solve(residual) + cholesky.DeterminantLn);
        });

        (string, double[], int[])[] rest = [("observed", observed, [n, p]), ("beta", [0.4], [])];
        var generated = Host.Run(GeneratorGraph.Build(weights.Generator), ("z", z, [n, D]));
        Near(factor, generated["factor"]);
        Near(Add(prior, Normal(x)), Host.Run(LatentGradientGraph.Build(weights.Generator), ("z", z, [n, D]), ("x", x, [n, p]))["log_density"]);
        Near(
            Add(Normal(x), Mask(x)),
            Host.Run(
                MissingGradientGraph.Build(weights.Mask, covarianceRank: rank),
                [("x", x, [n, p]), ("mean", mean, [n, p]), ("variance", variance, [n, p]), ("factor", factor, [n, p, rank]), .. rest])["log_density"]);
        var change = Reference.Rows(n, i => Reference.Sum(p, j => i * p + j, c => observed[c] == 1 ? 0 : 0.5 * Math.Log(variance[c])));
        var posterior = Host.Run(PosteriorGradientGraph.Build(weights), [("z", z, [n, D]), ("noise", noise, [n, p]), ("x", x, [n, p]), .. rest]);
        Near(Add(Add(prior, Normal(completed)), Add(change, Mask(completed))), posterior["log_density"]);
        Near(completed, posterior["completed"]);
    }

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static void Near(double[] expected, double[] actual)
    {
        var scale = Math.Max(1, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5 * scale);
    }
}
