using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Paper;

/// <summary>Tables with discrete columns: continuous ones or none, a binary, a categorical one of three levels and an ordinal one of three.</summary>
public sealed class MixedTableTests : IDisposable
{
    private const int D = 3;
    private const int Levels = 8;
    private const double Step = 1e-6;
    private static readonly DiscreteColumnWeights[] Columns = [new(2), new(3), new(3, [-0.4f, 0.9f])];
    private static readonly DiscreteHeadWeights Head = new(Randomly.Dense(16, 5, 700), Columns);
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-").FullName;

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void The_log_density_is_that_of_Gaussian_Bernoulli_Categorical_and_cumulative_logit_columns(int continuous)
    {
        const int n = 12;
        var (generator, p) = (Generator(continuous), continuous + 3);
        var (z, x) = (Randomly.Normals(n * D, 1), Rows(n, continuous));
        var density = Host.Run(LatentGradientGraph.Build(generator), ("z", z, [n, D]), ("x", x, [n, p]))["log_density"];
        var heads = Host.Run(GeneratorGraph.Build(generator), ("z", z, [n, D]));
        var outputs = Outputs(generator, z, n);
        for (var i = 0; i < n; i++)
        {
            var expected = -0.5 * Enumerable.Range(0, D).Sum(k => z[i * D + k] * z[i * D + k]);
            for (var j = 0; j < continuous; j++)
            {
                var (mean, variance, value) = (heads["mean"][i * p + j], heads["variance"][i * p + j], x[i * p + j]);
                expected -= (value - mean) * (value - mean) / (2 * variance) + 0.5 * Math.Log(variance);
            }

            expected += LogLevels(outputs.AsSpan(i * 5, 5), x.AsSpan(i * p + continuous, 3));
            Assert.Equal(expected, density[i], 1e-5 * Math.Max(1, Math.Abs(expected)));
            Assert.All(Enumerable.Range(continuous, 3), j => Assert.Equal((0.0, 1.0), (heads["mean"][i * p + j], heads["variance"][i * p + j])));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 2)]
    public void Gradients_agree_with_central_differences(int continuous, int rank)
    {
        const int n = 7;
        var (generator, mask, p) = (Generator(continuous, rank), Mask(continuous), continuous + 3);
        (string, double[], int[])[] factor = rank == 0 ? [] : [("factor", Randomly.Normals(n * p * rank, 5), [n, p, rank])];
        var (observed, x) = (Randomly.Bits(n * p, 9, 0.6), Rows(n, continuous));
        Compare(precision => LatentGradientGraph.Build(generator, precision), "gradient", [("z", Randomly.Normals(n * D, 1), [n, D]), ("x", x, [n, p])], D);
        Compare(
            precision => PosteriorGradientGraph.Build(Model(generator, mask), precision), "latent_gradient",
            [
                ("z", Randomly.Normals(n * D, 1), [n, D]), ("noise", Randomly.Normals(n * p, 2), [n, p]), ("x", x, [n, p]),
                ("observed", observed, [n, p]), ("beta", [0.7], []),
            ],
            D);
        Compare(
            precision => PosteriorGradientGraph.Build(Model(generator, mask), precision), "noise_gradient",
            [
                ("noise", Randomly.Normals(n * p, 2), [n, p]), ("z", Randomly.Normals(n * D, 1), [n, D]), ("x", x, [n, p]),
                ("observed", observed, [n, p]), ("beta", [0.7], []),
            ],
            p);
        Compare(
            precision => MissingGradientGraph.Build(mask, precision, generator.CovarianceRank, generator.Discrete), "gradient",
            [
                ("x", x, [n, p]), ("mean", Randomly.Normals(n * p, 3), [n, p]), ("variance", Randomly.Uniforms(n * p, 4, 0.2, 2), [n, p]),
                ("observed", observed, [n, p]), ("beta", [0.7], []), .. factor,
            ],
            p, continuous, observed);
    }

    [Fact]
    public void The_jacobian_agrees_with_central_differences()
    {
        const int n = 5;
        var z = Randomly.Normals(n * D, 1);
        var jacobian = Host.Run(GeneratorJacobianGraph.Build(Generator(2), Precision.Double), ("z", z, [n, D]))["log_probability_jacobian"];
        using var host = new Host(GeneratorGraph.Build(Generator(2), Precision.Double));
        for (var axis = 0; axis < D; axis++)
        {
            double[] Moved(double step) => host.Run(("z", [.. z.Select((value, i) => i % D == axis ? value + step : value)], [n, D]))["log_probabilities"];
            var (up, down) = (Moved(Step), Moved(-Step));
            for (var i = 0; i < n * Levels; i++) Assert.Equal((up[i] - down[i]) / (2 * Step), jacobian[i * D + axis], 1e-6);
        }
    }

    /// <summary>Given the completed row, the joint density's numbers follow N(mean, D + F F'), here by its matrix of two columns.</summary>
    [Fact]
    public void The_joint_density_of_correlated_numbers_beside_levels_is_that_of_the_normal_law()
    {
        const int n = 6;
        var (generator, mask, p) = (Generator(2, rank: 1), Mask(2), 5);
        var (z, noise, x, observed) = (Randomly.Normals(n * D, 1), Randomly.Normals(n * p, 2), Rows(n, 2), Randomly.Bits(n * p, 9, 0.6));
        var joint = Host.Run(
            PosteriorGradientGraph.Build(Model(generator, mask)), ("z", z, [n, D]), ("noise", noise, [n, p]), ("x", x, [n, p]),
            ("observed", observed, [n, p]), ("beta", [0.0], []));
        var heads = Host.Run(GeneratorGraph.Build(generator), ("z", z, [n, D]));
        var completed = joint["completed"];
        for (var i = 0; i < n; i++)
        {
            double At(string name, int j) => heads[name][i * p + j];
            var (a, b) = (completed[i * p] - At("mean", 0), completed[i * p + 1] - At("mean", 1));
            var (saa, sbb, sab) = (
                At("variance", 0) + At("factor", 0) * At("factor", 0), At("variance", 1) + At("factor", 1) * At("factor", 1),
                At("factor", 0) * At("factor", 1));
            var determinant = saa * sbb - sab * sab;
            var expected = -0.5 * ((sbb * a * a - 2 * sab * a * b + saa * b * b) / determinant + Math.Log(determinant));
            for (var k = 0; k < D; k++) expected -= 0.5 * z[i * D + k] * z[i * D + k];
            for (var j = 0; j < 2; j++) expected += observed[i * p + j] == 0 ? 0.5 * Math.Log(At("variance", j)) : 0;
            for (var j = 2; j < p; j++)
            {
                var (start, count) = (j == 2 ? 0 : j == 3 ? 2 : 5, j == 2 ? 2 : 3);
                expected += observed[i * p + j] == 0
                    ? -0.5 * noise[i * p + j] * noise[i * p + j]
                    : heads["log_probabilities"][i * Levels + start + (int)x[i * p + j]];
                Assert.InRange(completed[i * p + j], 0, count - 1);
            }

            Assert.Equal(expected, joint["log_density"][i], 1e-4 * Math.Max(1, Math.Abs(expected)));
            Assert.All(Enumerable.Range(2, 3), j => Assert.Equal(0, At("factor", j)));
        }
    }

    /// <summary>A level is where the uniform number Phi(noise) falls among the cumulated probabilities; the tail of the last level is no exception.</summary>
    [Fact]
    public void Missing_levels_are_quantiles_of_their_distribution()
    {
        const int n = 400;
        var (generator, p) = (Generator(2), 5);
        var (z, noise, x, observed) = (Randomly.Normals(n * D, 1), Randomly.Normals(n * p, 2), Rows(n, 2), Randomly.Bits(n * p, 3, 0.3));
        noise[4] = 9;
        observed[4] = 0;
        var completed = Host.Run(
            PosteriorGradientGraph.Build(Model(generator, Mask(2))), ("z", z, [n, D]), ("noise", noise, [n, p]), ("x", x, [n, p]),
            ("observed", observed, [n, p]), ("beta", [0.5], []))["completed"];
        var log = Host.Run(GeneratorGraph.Build(generator), ("z", z, [n, D]))["log_probabilities"];
        var starts = new[] { 0, 2, 5, 8 };
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                var cell = i * p + 2 + j;
                if (observed[cell] == 1)
                {
                    Assert.Equal(x[cell], completed[cell]);
                    continue;
                }

                var probabilities = log[(i * Levels + starts[j])..(i * Levels + starts[j + 1])].Select(Math.Exp).ToArray();
                var (uniform, level) = (MathNet.Numerics.Distributions.Normal.CDF(0, 1, noise[cell]), (int)completed[cell]);
                Assert.InRange(
                    uniform, probabilities.Take(level).Sum() - 1e-5,
                    level == probabilities.Length - 1 ? 1 : probabilities.Take(level + 1).Sum() + 1e-5);
            }
        }
    }

    /// <summary>
    /// 20,000 independent chains, 40 updates each, against the exact conditional distribution of the 2 x 3 x 3 values: chi-squared with 17 degrees of
    /// freedom exceeds 47.6 with probability 1e-4. Beta is 5, so that the mask term matters.
    /// </summary>
    [Theory]
    [InlineData(0.0, true)]
    [InlineData(5.0, true)]
    [InlineData(5.0, false)]
    public void The_discrete_update_draws_from_the_exact_conditional_distribution_and_the_wrong_beta_shows(double beta, bool right)
    {
        const int n = 20_000;
        double[] cells = [0.4, -0.8];
        double[] log = [Math.Log(0.4), Math.Log(0.6), Math.Log(0.5), Math.Log(0.2), Math.Log(0.3), Math.Log(0.3), Math.Log(0.3), Math.Log(0.4)];
        double[] observed = [1, 0, 0, 0, 0];
        double[] Repeat(double[] row) => [.. Enumerable.Repeat(row, n).SelectMany(values => values)];
        var x = Repeat([.. cells, 1, 1, 0]);
        using var host = new Host(DiscreteUpdateGraph.Build(Generator(2), Mask(2)));
        for (var t = 0; t < 40; t++)
        {
            x = host.Run(
                ("x", x, [n, 5]), ("log_probabilities", Repeat(log), [n, Levels]), ("observed", Repeat(observed), [n, 5]), ("beta", [right ? beta : 0], []),
                ("proposal_uniform", Randomly.Uniforms(n * 3, 2 * t, 0, 1), [n, 3]),
                ("acceptance_uniform", Randomly.Uniforms(n * 3, 2 * t + 1, 0, 1), [n, 3]))["next_x"];
        }

        var states = (from a in new[] { 0, 1 } from b in new[] { 0, 1, 2 } from c in new[] { 0, 1, 2 } select new double[] { a, b, c }).ToArray();
        double Log(double[] state) => log[(int)state[0]] + log[2 + (int)state[1]] + log[5 + (int)state[2]];
        var weights = states.Select(state => Math.Exp(Log(state) + beta * MaskLogLikelihood(cells, state, observed))).ToArray();
        var counts = new double[states.Length];
        for (var i = 0; i < n; i++) counts[Array.FindIndex(states, state => x.AsSpan(i * 5 + 2, 3).SequenceEqual(state))]++;
        var statistic = counts.Zip(weights, (count, weight) => Math.Pow(count - n * weight / weights.Sum(), 2) / (n * weight / weights.Sum())).Sum();
        Assert.Equal(right, statistic < 47.6);
    }

    [Fact]
    public void Observed_discrete_cells_never_change()
    {
        const int n = 50;
        var x = Rows(n, 2);
        var result = Host.Run(
            DiscreteUpdateGraph.Build(Generator(2), Mask(2)), ("x", x, [n, 5]), ("log_probabilities", Randomly.Normals(n * Levels, 1), [n, Levels]),
            ("observed", [.. Enumerable.Repeat(1.0, n * 5)], [n, 5]), ("beta", [1], []),
            ("proposal_uniform", Randomly.Uniforms(n * 3, 2, 0, 1), [n, 3]), ("acceptance_uniform", new double[n * 3], [n, 3]));
        Assert.Equal(Array.ConvertAll(x, value => (float)value), Array.ConvertAll(result["next_x"], value => (float)value));
        Assert.All(result["accepted"], flag => Assert.Equal(0, flag));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_ONNX_checker_accepts_the_graphs(int continuous)
    {
        var (generator, mask) = (Generator(continuous), Mask(continuous));
        Graph[] graphs =
        [
            GeneratorGraph.Build(generator), LatentGradientGraph.Build(generator),
            MissingGradientGraph.Build(mask, discrete: generator.Discrete), DiscreteUpdateGraph.Build(generator, mask),
            PosteriorGradientGraph.Build(Model(generator, mask)), GeneratorJacobianGraph.Build(generator), MaskGraph.Build(mask, discrete: generator.Discrete),
            EncoderGraph.Build(Encoder(continuous), discrete: generator.Discrete),
        ];
        foreach (var graph in graphs) OnnxModel.Write(graph, Path.Combine(_folder, $"{graph.Name}.onnx"));
        Programs.Run(
            "/usr/bin/python3",
            [
                "-c", "import onnx, sys; [onnx.checker.check_model(path, full_check=True) for path in sys.argv[1:]]",
                .. Directory.GetFiles(_folder),
            ]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static GeneratorWeights Generator(int continuous, int rank = 0) => Randomly.Generator(D, [16, 16], continuous, stream: 1) with
    {
        Discrete = Head,
        Factor = rank == 0 ? null : Randomly.Dense(16, continuous * rank, 600),
        // Beside a variance near 0, Woodbury's difference loses digits in float32.
        VarianceFloor = rank == 0 ? 1e-4 : 0.1,
    };

    private static PerceptronWeights Encoder(int continuous) => Randomly.Perceptron(continuous + Levels, [16], D, stream: 900);

    private static MissBgmWeights Model(GeneratorWeights generator, PerceptronWeights mask) => new(generator, mask, Encoder(generator.Mean.Outputs));

    private static PerceptronWeights Mask(int continuous) => Randomly.Perceptron(continuous + Levels, [16], continuous + 3, stream: 800);

    private static double[] Rows(int n, int continuous)
    {
        var (cells, choice) = (Randomly.Normals(n * continuous, 20), Randomly.Uniforms(n * 3, 21, 0, 1));
        return [.. Enumerable.Range(0, n).SelectMany<int, double>(i =>
            [
                .. cells[(i * continuous)..((i + 1) * continuous)], Math.Floor(2 * choice[i * 3]), Math.Floor(3 * choice[i * 3 + 1]),
                Math.Floor(3 * choice[i * 3 + 2]),
            ])];
    }

    // The discrete head's outputs: a Gaussian generator whose mean head it is.
    private static double[] Outputs(GeneratorWeights generator, double[] z, int n)
    {
        var weights = generator with { Discrete = null, Mean = Head.Output, Variance = Head.Output };
        return Host.Run(GeneratorGraph.Build(weights), ("z", z, [n, D]))["mean"];
    }

    private static double LogLevels(ReadOnlySpan<double> outputs, ReadOnlySpan<double> levels)
    {
        double Cumulative(int level, double location) => level < 0 ? 0 : level > 1 ? 1 : 1 / (1 + Math.Exp(location - Columns[2].Thresholds![level]));
        var (logits, level) = (outputs[1..4].ToArray(), (int)levels[2]);
        return Reference.LogSigmoid(levels[0] == 1 ? outputs[0] : -outputs[0]) + logits[(int)levels[1]] - Math.Log(logits.Sum(Math.Exp))
            + Math.Log(Cumulative(level, outputs[4]) - Cumulative(level - 1, outputs[4]));
    }

    private static double MaskLogLikelihood(double[] cells, double[] levels, double[] observed)
    {
        var oneHot = levels.Zip(new[] { 2, 3, 3 }, (level, count) => Enumerable.Range(0, count).Select(k => k == level ? 1.0 : 0.0))
            .SelectMany(column => column);
        return Reference.Perceptron([.. cells, .. oneHot], 1, Mask(2)).Zip(observed, (logit, r) => Reference.LogSigmoid(r == 1 ? logit : -logit)).Sum();
    }

    private static void Compare(
        Func<Precision, Graph> build, string gradient, (string Name, double[] Values, int[] Shape)[] inputs, int width, int? moving = null,
        double[]? observed = null)
    {
        // Both see the same inputs: those that float32 can hold.
        inputs = Array.ConvertAll(inputs, input => input with { Values = Array.ConvertAll(input.Values, value => (double)(float)value) });
        using var reference = new Host(build(Precision.Double));
        using var emitted = new Host(build(Precision.Single));
        var (exact, single) = (reference.Run(inputs)[gradient], emitted.Run(inputs)[gradient]);
        var (rows, scale) = (inputs[0].Shape[0], Math.Max(1, exact.Max(Math.Abs)));
        for (var column = 0; column < width; column++)
        {
            double[] Moved(double step)
            {
                var moved = inputs.ToArray();
                moved[0].Values = [.. inputs[0].Values.Select((value, i) => i % width == column && column < (moving ?? width) ? value + step : value)];
                return reference.Run(moved)["log_density"];
            }

            var (up, down) = (Moved(Step), Moved(-Step));
            for (var row = 0; row < rows; row++)
            {
                var numeric = observed is not null && observed[row * width + column] == 1 ? 0 : (up[row] - down[row]) / (2 * Step);
                Assert.Equal(numeric, exact[row * width + column], 1e-6 * Math.Max(1, Math.Abs(numeric)));
                Assert.Equal(exact[row * width + column], single[row * width + column], 1e-5 * scale);
            }
        }
    }
}
