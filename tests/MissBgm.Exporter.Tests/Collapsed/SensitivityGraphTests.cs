using MissBgm.Exporter.Collapsed;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Tests.Harness;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Exporter.Tests.Collapsed;

/// <summary>The sensitivity graph against the fitted model's graph, and against quadrature over a cell's noise.</summary>
public class SensitivityGraphTests
{
    private const int D = 2;
    private const int P = 5;
    private const int N = 7;

    private static readonly CollapsedWeights Weights = new(
        D, P, Randomly.Normals(D * P, 31), Randomly.Normals(P, 32, 0.5), Randomly.Uniforms(P, 33, 0.3, 1.2), [0, 0.6, -0.6, 0.95, -0.3],
        Randomly.Normals(D * P, 35, 0.4), Randomly.Normals(P, 36, 0.7));

    private static readonly CollapsedMixture Single = CollapsedMixture.Single(Weights);
    private static readonly double[] Z = Randomly.Normals(N * D, 41);
    private static readonly (string, double[], int[])[] Inputs =
        [("z", Z, [N, D]), ("uniform", Randomly.Uniforms(N * P, 44, 0, 1), [N, P]), ("noise", Randomly.Normals(N * P, 45), [N, P])];

    [Theory]
    [InlineData(Precision.Single, 2e-5)]
    [InlineData(Precision.Double, 1e-9)]
    public void Without_a_change_it_is_the_fitted_model(Precision precision, double tolerance)
    {
        var fitted = Host.Run(MissingConditionalGraph.Build(Single, precision), Inputs);
        var same = Host.Run(SensitivityGraph.Build(Single, precision), [.. Inputs, ("correlation_change", new double[P], [1, P])]);
        foreach (var output in (string[])["mean", "standard_deviation", "draw"])
        {
            for (var i = 0; i < N * P; i++) Assert.Equal(fitted[output][i], same[output][i], tolerance * (1 + Math.Abs(fitted[output][i])));
        }
    }

    [Fact]
    public void With_several_members_each_row_has_its_own()
    {
        var other = Weights with { Correlation = [.. Weights.Correlation.Select(rho => -0.5 * rho)], Intercept = Randomly.Normals(P, 37) };
        var mixture = new CollapsedMixture([Weights, other], [-0.7, -0.7]);
        (string, double[], int[])[] inputs = [.. Inputs, ("member", [0, 1, 0, 1, 1, 0, 1], [N])];
        var fitted = Host.Run(MissingConditionalGraph.Build(mixture), inputs);
        var same = Host.Run(SensitivityGraph.Build(mixture), [.. inputs, ("correlation_change", new double[P], [1, P])]);
        for (var i = 0; i < N * P; i++) Assert.Equal(fitted["draw"][i], same["draw"][i], 2e-5 * (1 + Math.Abs(fitted["draw"][i])));
    }

    // The population implied by a missing cell's moments under the new rho has observed cells of the fitted mean and variance, at every z.
    [Theory]
    [InlineData(0.3)]
    [InlineData(-0.5)]
    [InlineData(-1.2)]
    public void Observed_cells_keep_their_mean_and_variance(double change)
    {
        var moved = Host.Run(SensitivityGraph.Build(Single), [.. Inputs, ("correlation_change", Enumerable.Repeat(change, P).ToArray(), [1, P])]);
        for (var i = 0; i < N * P; i++)
        {
            var (row, j) = (i / P, i % P);
            var t = Affine(Weights.ThresholdLoadings, Weights.ThresholdIntercept, row, j);
            var (mean, scale, fitted) = (Affine(Weights.Loadings, Weights.Intercept, row, j), Weights.Scale[j], Weights.Correlation[j]);
            var rho = Math.Clamp(fitted + change, -0.99995, 0.99995);
            var (before, after, missing) = (Noise(fitted, t), Noise(rho, t), Noise(rho, t, observed: false));

            var scaleNow = moved["standard_deviation"][i] / missing.Deviation;
            var meanNow = moved["mean"][i] - scaleNow * missing.Mean;
            Assert.Equal(scale * before.Deviation, scaleNow * after.Deviation, 2e-4 * (1 + scaleNow));
            Assert.Equal(mean + scale * before.Mean, meanNow + scaleNow * after.Mean, 2e-4 * (1 + scaleNow));
        }
    }

    private static double Affine(double[] loadings, double[] intercept, int row, int j) =>
        intercept[j] + Reference.Sum(D, k => Z[row * D + k] * loadings[k * P + j]);

    // Mean and deviation of the noise u of cells that are observed, or missing: selection is t + rho u + w xi > 0.
    private static (double Mean, double Deviation) Noise(double rho, double t, bool observed = true)
    {
        var (mass, mean, square, w) = (0.0, 0.0, 0.0, Math.Sqrt(1 - rho * rho));
        for (var i = -8000; i <= 8000; i++)
        {
            var u = i * 0.001;
            var weight = Math.Exp(-0.5 * u * u) * StandardNormal.Cdf((observed ? 1 : -1) * (rho * u + t) / w);
            (mass, mean, square) = (mass + weight, mean + weight * u, square + weight * u * u);
        }

        return (mean / mass, Math.Sqrt(square / mass - mean * mean / mass / mass));
    }
}
