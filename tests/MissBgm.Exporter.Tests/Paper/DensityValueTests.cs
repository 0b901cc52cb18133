using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Paper;

/// <summary>The emitted forward graphs against the networks and equations written out in C#, in double precision.</summary>
public class DensityValueTests
{
    private const int N = 7;
    private const int P = 6;
    private const int D = 3;
    private static readonly MissBgmWeights Model = Randomly.Model(D, P, [8, 9]);
    private static readonly double[] Z = Randomly.Normals(N * D, 1);
    private static readonly double[] X = Randomly.Normals(N * P, 2);

    [Fact]
    public void The_generator_gives_the_networks_mean_and_variance()
    {
        var result = Host.Run(GeneratorGraph.Build(Model.Generator), ("z", Z, [N, D]));
        var (mean, variance) = Generator(Z);
        Near(mean, result["mean"]);
        Near(variance, result["variance"]);
    }

    [Fact]
    public void The_mask_and_the_encoder_give_their_networks_outputs()
    {
        Near(Reference.Perceptron(X, N, Model.Mask), Host.Run(MaskGraph.Build(Model.Mask), ("x", X, [N, P]))["logits"]);
        Near(Reference.Perceptron(X, N, Model.Encoder), Host.Run(EncoderGraph.Build(Model.Encoder), ("x", X, [N, P]))["z"]);
    }

    [Fact]
    public void The_latent_log_density_is_minus_equation_6()
    {
        var result = Host.Run(LatentGradientGraph.Build(Model.Generator), ("z", Z, [N, D]), ("x", X, [N, P]));
        var (mean, variance) = Generator(Z);
        var expected = Reference.Rows(N, i => -0.5 * Reference.Sum(D, k => Z[i * D + k] * Z[i * D + k])
            - Reference.Sum(P, j => Square(X[i * P + j] - mean[i * P + j]) / (2 * variance[i * P + j]) + 0.5 * Math.Log(variance[i * P + j])));
        Near(expected, result["log_density"]);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.01)]
    [InlineData(1.0)]
    public void The_missing_log_density_is_minus_equation_8(double beta)
    {
        var observed = Randomly.Bits(N * P, 3, 0.6);
        var (mean, variance) = Generator(Z);
        var result = Host.Run(
            MissingGradientGraph.Build(Model.Mask), ("x", X, [N, P]), ("mean", mean, [N, P]), ("variance", variance, [N, P]),
            ("observed", observed, [N, P]), ("beta", [beta], []));
        var logits = Reference.Perceptron(X, N, Model.Mask);
        var expected = Reference.Rows(N, i => Reference.Sum(P, j => i * P + j, c =>
            -Square(X[c] - mean[c]) / (2 * variance[c]) + beta * (observed[c] == 1 ? Reference.LogSigmoid(logits[c]) : Reference.LogSigmoid(-logits[c]))));
        Near(expected, result["log_density"]);
    }

    [Fact]
    public void The_posterior_log_density_is_the_sum_of_its_four_terms_and_completes_the_rows()
    {
        const double beta = 0.7;
        var observed = Randomly.Bits(N * P, 3, 0.6);
        var noise = Randomly.Normals(N * P, 4);
        var (mean, variance) = Generator(Z);
        double[] completed = [.. Enumerable.Range(0, N * P).Select(c => observed[c] == 1 ? X[c] : mean[c] + Math.Sqrt(variance[c]) * noise[c])];
        var logits = Reference.Perceptron(completed, N, Model.Mask);
        var expected = Reference.Rows(N, i => -0.5 * Reference.Sum(D, k => Z[i * D + k] * Z[i * D + k]) + Reference.Sum(P, j => i * P + j, c =>
            (observed[c] == 1 ? -Square(X[c] - mean[c]) / (2 * variance[c]) - 0.5 * Math.Log(variance[c]) : -0.5 * noise[c] * noise[c])
            + beta * (observed[c] == 1 ? Reference.LogSigmoid(logits[c]) : Reference.LogSigmoid(-logits[c]))));
        var result = Host.Run(
            PosteriorGradientGraph.Build(Model), ("z", Z, [N, D]), ("noise", noise, [N, P]), ("x", X, [N, P]),
            ("observed", observed, [N, P]), ("beta", [beta], []));
        Near(expected, result["log_density"]);
        Near(completed, result["completed"]);
    }

    private static (double[] Mean, double[] Variance) Generator(double[] z) => Reference.Generator(z, N, Model.Generator);

    private static double Square(double x) => x * x;

    private static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5 * scale);
    }
}
