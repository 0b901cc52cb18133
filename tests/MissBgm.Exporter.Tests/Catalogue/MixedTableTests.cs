using MissBgm.Exporter.Catalogue.Mixed;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Networks;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Catalogue;

/// <summary>Tables with discrete columns: two continuous ones, a Bernoulli one, and Categorical ones of three and two categories.</summary>
public sealed class MixedTableTests : IDisposable
{
    private const int D = 3;
    private const int C = 2;
    private const int Q = 6;
    private const double Step = 1e-6;
    private static readonly int[] Widths = [1, 3, 2];
    private static readonly MixedGeneratorWeights Generator = new(Randomly.Generator(D, [16, 16], C, stream: 1), Randomly.Dense(16, Q, 700), Widths);
    private static readonly PerceptronWeights Mask = Randomly.Perceptron(C + Q, [16], C + 3, stream: 800);
    private readonly string folder = Directory.CreateTempSubdirectory("missbgm-").FullName;

    [Fact]
    public void The_log_density_is_that_of_Gaussian_Bernoulli_and_Categorical_columns()
    {
        const int n = 12;
        var (z, x) = (Randomly.Normals(n * D, 1), Rows(n));
        var density = Host.Run(MixedLatentGradientGraph.Build(Generator), ("z", z, [n, D]), ("x", x, [n, C + Q]))["log_density"];
        var heads = Host.Run(MixedGeneratorGraph.Build(Generator), ("z", z, [n, D]));
        for (var i = 0; i < n; i++)
        {
            var row = x.AsSpan(i * (C + Q), C + Q).ToArray();
            var expected = -0.5 * Enumerable.Range(0, D).Sum(k => z[i * D + k] * z[i * D + k]);
            for (var j = 0; j < C; j++)
            {
                var (mean, variance) = (heads["mean"][i * C + j], heads["variance"][i * C + j]);
                expected -= (row[j] - mean) * (row[j] - mean) / (2 * variance) + 0.5 * Math.Log(variance);
            }

            var logits = heads["logits"].AsSpan(i * Q, Q).ToArray();
            expected += Reference.LogSigmoid(row[C] == 1 ? logits[0] : -logits[0]) + LogCategorical(logits[1..4], row[(C + 1)..(C + 4)]) + LogCategorical(logits[4..6], row[(C + 4)..]);
            Assert.Equal(expected, density[i], 1e-5 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Fact]
    public void Gradients_agree_with_central_differences()
    {
        const int n = 7;
        (string Name, double[] Values, int[] Shape)[] latent = [("z", Randomly.Normals(n * D, 1), [n, D]), ("x", Rows(n), [n, C + Q])];
        Compare(precision => MixedLatentGradientGraph.Build(Generator, precision), latent, moving: D, width: D, observed: null);
        var observed = Randomly.Bits(n * (C + 3), 9, 0.6);
        (string Name, double[] Values, int[] Shape)[] missing =
        [
            ("x", Rows(n), [n, C + Q]), ("mean", Randomly.Normals(n * C, 3), [n, C]), ("variance", Randomly.Uniforms(n * C, 4, 0.2, 2), [n, C]),
            ("observed", observed, [n, C + 3]), ("beta", [0.7], []),
        ];
        Compare(precision => MixedMissingGradientGraph.Build(Generator, Mask, precision), missing, moving: C, width: C + Q, observed);
    }

    /// <summary>
    /// 20,000 independent chains, 40 updates each, against the exact conditional distribution of the 2 x 3 x 2 values: chi-squared with 11 degrees of
    /// freedom exceeds 37.4 with probability 1e-4. Beta is 5, so that the mask term matters, and the first column is observed in half of the chains.
    /// </summary>
    [Theory]
    [InlineData(0.0)]
    [InlineData(5.0)]
    public void The_discrete_update_draws_from_the_exact_conditional_distribution(double beta)
    {
        const int n = 20_000;
        double[] cells = [0.4, -0.8];
        double[] logits = [0.3, 0.5, -0.4, 0.1, -0.2, 0.6];
        double[] observed = [1, 0, 0, 0, 0];
        double[] Repeat(double[] row) => [.. Enumerable.Repeat(row, n).SelectMany(values => values)];
        var x = Repeat([.. cells, 1, 1, 0, 0, 1, 0]);
        using var host = new Host(DiscreteUpdateGraph.Build(Generator, Mask));
        for (var t = 0; t < 40; t++)
        {
            x = host.Run(
                ("x", x, [n, C + Q]), ("logits", Repeat(logits), [n, Q]), ("observed", Repeat(observed), [n, C + 3]), ("beta", [beta], []),
                ("proposal_uniform", Randomly.Uniforms(n * 3, 2 * t, 0, 1), [n, 3]), ("acceptance_uniform", Randomly.Uniforms(n * 3, 2 * t + 1, 0, 1), [n, 3]))["next_x"];
        }

        var states = (from a in new[] { 0, 1 } from b in new[] { 0, 1, 2 } from c in new[] { 0, 1 } select State(a, b, c)).ToArray();
        var weights = states.Select(state => Math.Exp(LogDiscrete(logits, state) + beta * MaskLogLikelihood([.. cells, .. state], observed))).ToArray();
        var counts = new double[states.Length];
        for (var i = 0; i < n; i++) counts[Array.FindIndex(states, state => x.AsSpan(i * (C + Q) + C, Q).SequenceEqual(state))]++;
        var statistic = counts.Zip(weights, (count, weight) => Math.Pow(count - n * weight / weights.Sum(), 2) / (n * weight / weights.Sum())).Sum();
        Assert.InRange(statistic, 0, 37.4);
    }

    [Fact]
    public void Observed_discrete_cells_never_change()
    {
        const int n = 50;
        var x = Rows(n);
        var result = Host.Run(
            DiscreteUpdateGraph.Build(Generator, Mask), ("x", x, [n, C + Q]), ("logits", Randomly.Normals(n * Q, 1), [n, Q]), ("observed", [.. Enumerable.Repeat(1.0, n * (C + 3))], [n, C + 3]),
            ("beta", [1], []), ("proposal_uniform", Randomly.Uniforms(n * 3, 2, 0, 1), [n, 3]), ("acceptance_uniform", new double[n * 3], [n, 3]));
        Assert.Equal(Array.ConvertAll(x, value => (float)value), Array.ConvertAll(result["next_x"], value => (float)value));
        Assert.All(result["accepted"], flag => Assert.Equal(0, flag));
    }

    [Fact]
    public void The_ONNX_checker_accepts_the_graphs()
    {
        Graph[] graphs =
        [
            MixedGeneratorGraph.Build(Generator), MixedLatentGradientGraph.Build(Generator), MixedMissingGradientGraph.Build(Generator, Mask), DiscreteUpdateGraph.Build(Generator, Mask),
        ];
        foreach (var graph in graphs) OnnxModel.Write(graph, Path.Combine(folder, $"{graph.Name}.onnx"));
        Programs.Run("/usr/bin/python3", ["-c", "import onnx, sys; [onnx.checker.check_model(path, full_check=True) for path in sys.argv[1:]]", .. Directory.GetFiles(folder)]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static double[] Rows(int n)
    {
        var (cells, choice) = (Randomly.Normals(n * C, 20), Randomly.Uniforms(n * 3, 21, 0, 1));
        return [.. Enumerable.Range(0, n).SelectMany<int, double>(i =>
            [cells[i * C], cells[i * C + 1], .. State((int)(2 * choice[i * 3]), (int)(3 * choice[i * 3 + 1]), (int)(2 * choice[i * 3 + 2]))])];
    }

    private static double[] State(int a, int b, int c) => [a, .. Enumerable.Range(0, 3).Select(k => k == b ? 1.0 : 0.0), .. Enumerable.Range(0, 2).Select(k => k == c ? 1.0 : 0.0)];

    private static double LogDiscrete(double[] logits, double[] state) =>
        Reference.LogSigmoid(state[0] == 1 ? logits[0] : -logits[0]) + LogCategorical(logits[1..4], state[1..4]) + LogCategorical(logits[4..], state[4..]);

    private static double LogCategorical(double[] logits, double[] oneHot) => logits[Array.IndexOf(oneHot, 1.0)] - Math.Log(logits.Sum(Math.Exp));

    private static double MaskLogLikelihood(double[] x, double[] observed) =>
        Reference.Perceptron(x, 1, Mask).Zip(observed, (logit, r) => Reference.LogSigmoid(r == 1 ? logit : -logit)).Sum();

    private static void Compare(Func<Precision, Graph> build, (string Name, double[] Values, int[] Shape)[] inputs, int moving, int width, double[]? observed)
    {
        using var reference = new Host(build(Precision.Double));
        using var emitted = new Host(build(Precision.Single));
        var (exact, single) = (reference.Run(inputs)["gradient"], emitted.Run(inputs)["gradient"]);
        var rows = inputs[0].Shape[0];
        for (var column = 0; column < moving; column++)
        {
            double[] Moved(double step)
            {
                var moved = inputs.ToArray();
                moved[0].Values = [.. inputs[0].Values.Select((value, i) => i % width == column ? value + step : value)];
                return reference.Run(moved)["log_density"];
            }

            var (up, down) = (Moved(Step), Moved(-Step));
            for (var row = 0; row < rows; row++)
            {
                var numeric = observed is not null && observed[row * (C + 3) + column] == 1 ? 0 : (up[row] - down[row]) / (2 * Step);
                Assert.Equal(numeric, exact[row * moving + column], 1e-6 * Math.Max(1, Math.Abs(numeric)));
                Assert.Equal(exact[row * moving + column], single[row * moving + column], 1e-4 * Math.Max(1, Math.Abs(numeric)));
            }
        }
    }
}
