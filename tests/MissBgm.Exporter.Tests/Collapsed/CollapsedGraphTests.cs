using MissBgm.Exporter.Collapsed;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Tests.Harness;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Exporter.Tests.Collapsed;

/// <summary>The collapsed model's graphs against the formulas written out, central differences and quadrature.</summary>
public class CollapsedGraphTests
{
    private const int D = 3;
    private const int P = 17;
    private const int N = 9;

    private static readonly CollapsedWeights Weights = Random(D, P);
    private static readonly double[] Z = Randomly.Normals(N * D, 41);
    private static readonly double[] X = Randomly.Normals(N * P, 42);
    private static readonly double[] Observed = Randomly.Bits(N * P, 43, 0.6);

    [Theory]
    [InlineData(Precision.Single, 2e-5)]
    [InlineData(Precision.Double, 1e-6)]
    public void The_density_is_the_formula_s(Precision precision, double tolerance)
    {
        var expected = Reference.Rows(N, row => LogDensity(Z, row));
        var actual = Host.Run(CollapsedDensityGraph.Build(CollapsedMixture.Single(Weights), precision), Inputs(Z))["log_density"];
        var constant = expected[0] - actual[0];
        for (var row = 0; row < N; row++) Assert.Equal(expected[row], actual[row] + constant, tolerance * (1 + Math.Abs(expected[row])));
        Assert.Equal(0, constant, tolerance * (1 + Math.Abs(expected[0])));
    }

    [Fact]
    public void What_stands_in_a_missing_cell_is_not_read()
    {
        var other = X.Select((value, i) => Observed[i] == 1 ? value : 7.5).ToArray();
        using var host = new Host(CollapsedLatentGraph.Build(CollapsedMixture.Single(Weights)));
        var one = host.Run(Inputs(Z));
        var two = host.Run(("z", Z, [N, D]), ("x", other, [N, P]), ("observed", Observed, [N, P]));
        Assert.Equal(one["gradient"], two["gradient"]);
        Assert.Equal(one["log_density"], two["log_density"]);
    }

    [Fact]
    public void Gradient_and_precision_are_the_density_s_derivatives()
    {
        var emitted = Host.Run(CollapsedLatentGraph.Build(CollapsedMixture.Single(Weights)), Inputs(Z));
        using var exact = new Host(CollapsedLatentGraph.Build(CollapsedMixture.Single(Weights), Precision.Double));
        const double step = 1e-4;
        for (var k = 0; k < D; k++)
        {
            var (above, below) = (exact.Run(Inputs(Moved(k, step))), exact.Run(Inputs(Moved(k, -step))));
            for (var row = 0; row < N; row++)
            {
                // The polynomials are good to 1e-8, so differences over 2e-4 to 1e-4.
                var slope = Difference(above["log_density"][row], below["log_density"][row]);
                Assert.Equal(slope, emitted["gradient"][row * D + k], 1e-3 * (1 + Math.Abs(slope)));
                for (var l = 0; l < D; l++)
                {
                    var expected = -Difference(above["gradient"][row * D + l], below["gradient"][row * D + l]);
                    Assert.Equal(expected, emitted["precision"][(row * D + k) * D + l], 1e-3 * (1 + Math.Abs(expected)));
                }
            }
        }

        double Difference(double above, double below) => (above - below) / (2 * step);
    }

    [Fact]
    public void Mean_and_deviation_of_a_missing_cell_are_those_of_its_law()
    {
        var outputs = Host.Run(
            MissingConditionalGraph.Build(CollapsedMixture.Single(Weights)), ("z", Z, [N, D]),
            ("uniform", Randomly.Uniforms(N * P, 44, 0, 1), [N, P]), ("noise", X, [N, P]));
        for (var row = 0; row < N; row++)
        {
            for (var j = 0; j < P; j++)
            {
                var (mu, t, sigma, rho) = (
                    Affine(Weights.Loadings, Weights.Intercept, Z, row, j),
                    Affine(Weights.ThresholdLoadings, Weights.ThresholdIntercept, Z, row, j), Weights.Scale[j], Weights.Correlation[j]);
                var (mean, deviation) = Moments(mu, sigma, rho, t);
                Assert.Equal(mean, outputs["mean"][row * P + j], 1e-5 * (1 + Math.Abs(mean)));
                Assert.Equal(deviation, outputs["standard_deviation"][row * P + j], 1e-5 * (1 + deviation));
            }
        }
    }

    [Fact]
    public void Draws_follow_the_missing_cell_s_law()
    {
        const int draws = 40_000;
        var (rho, t, sigma) = (-0.9, 0.7, 1.3);
        var weights = new CollapsedWeights(1, 1, [0], [0.4], [sigma], [rho], [0], [t]);
        var noise = new (string, double[], int[])[]
        {
            ("z", new double[draws], [draws, 1]), ("uniform", Randomly.Uniforms(draws, 45, 0, 1), [draws, 1]),
            ("noise", Randomly.Normals(draws, 46), [draws, 1]),
        };
        var sample = Host.Run(MissingConditionalGraph.Build(CollapsedMixture.Single(weights)), noise)["draw"];
        var (mean, deviation) = Moments(0.4, sigma, rho, t);

        // Five standard errors: one false alarm in a million.
        Assert.Equal(mean, sample.Average(), 5 * deviation / Math.Sqrt(draws));
        Assert.Equal(deviation * deviation, sample.Average(x => (x - mean) * (x - mean)), 5 * 1.6 * deviation * deviation / Math.Sqrt(draws));
        var median = sample.Order().ElementAt(draws / 2);
        var w = Math.Sqrt(1 - rho * rho);
        var below = Integral(u => 0.4 + sigma * u < median ? Density(u) * StandardNormal.Cdf(-(rho * u + t) / w) : 0) / StandardNormal.Cdf(-t);
        Assert.Equal(0.5, below, 5 * 0.5 / Math.Sqrt(draws));
    }

    private static CollapsedWeights Random(int d, int p) => new(
        d, p, Randomly.Normals(d * p, 31), Randomly.Normals(p, 32, 0.5), Randomly.Uniforms(p, 33, 0.3, 1.2), Randomly.Uniforms(p, 34, -0.999, 0.999),
        Randomly.Normals(d * p, 35, 0.4), Randomly.Normals(p, 36));

    private static double LogDensity(double[] z, int row)
    {
        var sum = -0.5 * Reference.Sum(D, k => z[row * D + k] * z[row * D + k]);
        for (var j = 0; j < P; j++)
        {
            var t = Affine(Weights.ThresholdLoadings, Weights.ThresholdIntercept, z, row, j);
            var rho = Weights.Correlation[j];
            var u = (X[row * P + j] - Affine(Weights.Loadings, Weights.Intercept, z, row, j)) / Weights.Scale[j];
            sum += Observed[row * P + j] == 1
                ? -0.5 * u * u - Math.Log(Weights.Scale[j]) - StandardNormal.LogSqrtTwoPi + StandardNormal.LogCdf((rho * u + t) / Math.Sqrt(1 - rho * rho))
                : StandardNormal.LogCdf(-t);
        }

        return sum;
    }

    private static (double Mean, double Deviation) Moments(double mu, double sigma, double rho, double t)
    {
        var w = Math.Sqrt(1 - rho * rho);
        double Law(double u) => Density(u) * StandardNormal.Cdf(-(rho * u + t) / w);
        var mass = Integral(Law);
        var mean = Integral(u => u * Law(u)) / mass;
        return (mu + sigma * mean, sigma * Math.Sqrt(Integral(u => (u - mean) * (u - mean) * Law(u)) / mass));
    }

    private static double Density(double u) => Math.Exp(-0.5 * u * u - StandardNormal.LogSqrtTwoPi);

    private static double Integral(Func<double, double> integrand) => Enumerable.Range(-6000, 12001).Sum(i => integrand(i * 0.002)) * 0.002;

    private static double Affine(double[] loadings, double[] intercept, double[] z, int row, int j) =>
        intercept[j] + Reference.Sum(D, k => z[row * D + k] * loadings[k * P + j]);

    private static double[] Moved(int k, double step) => [.. Z.Select((value, i) => i % D == k ? value + step : value)];

    private static (string, double[], int[])[] Inputs(double[] z) => [("z", z, [N, D]), ("x", X, [N, P]), ("observed", Observed, [N, P])];
}
