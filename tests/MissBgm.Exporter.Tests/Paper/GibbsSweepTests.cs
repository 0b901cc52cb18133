using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tests.Harness;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Exporter.Tests.Paper;

/// <summary>The fused sweep against the runtime's own Hamiltonian kernel on the separate graphs, and its behaviour at the edges.</summary>
public class GibbsSweepTests
{
    private const int N = 6;
    private const int D = 3;
    private const int P = 5;
    private const int L = 4;
    private static readonly MissBgmWeights Model = Randomly.Model(D, P, [16, 16]);
    private static readonly double[] Observed = Randomly.Bits(N * P, 31, 0.6);

    [Fact]
    public void A_sweep_moves_as_the_runtimes_kernel_does_on_the_separate_graphs()
    {
        using var host = new Host(GibbsSweepGraph.Build(Model, L));
        using var generator = new Host(GeneratorGraph.Build(Model.Generator));
        using var latent = new HostDensity(LatentGradientGraph.Build(Model.Generator), "z", N, D);
        using var missing = new HostDensity(MissingGradientGraph.Build(Model.Mask), "x", N, P);
        var (z, x) = (Randomly.Normals(N * D, 1, 0.3), Randomly.Normals(N * P, 2));
        for (var sweep = 0; sweep < 5; sweep++)
        {
            var inputs = Inputs(z, x, sweep, stepSize: 0.05);
            var fused = host.Run(inputs);

            latent.Fixed = [("x", x, [N, P])];
            var latentState = Update(latent, z, inputs, "latent", Filled(N * D, 1));
            Near(latentState.Position, fused["next_z"]);

            var output = generator.Run(("z", fused["next_z"], [N, D]));
            missing.Fixed = [("mean", output["mean"], [N, P]), ("variance", output["variance"], [N, P]), ("observed", Observed, [N, P]), ("beta", [0.5], [])];
            double[] scale = [.. output["variance"].Select((variance, i) => Math.Sqrt(variance) * (1 - Observed[i]))];
            var missingState = Update(missing, x, inputs, "missing", scale);
            Near(missingState.Position, fused["next_x"]);
            Near(missingState.LogDensity, fused["missing_log_density"]);
            (z, x) = (fused["next_z"], fused["next_x"]);
        }
    }

    [Fact]
    public void Observed_cells_stay_as_they_are_bit_for_bit()
    {
        var x = Randomly.Normals(N * P, 2);
        var next = Host.Run(GibbsSweepGraph.Build(Model, L), Inputs(Randomly.Normals(N * D, 1, 0.3), x, 0, 0.05))["next_x"];
        for (var i = 0; i < x.Length; i++)
        {
            if (Observed[i] == 1) Assert.Equal((float)x[i], (float)next[i]);
            else Assert.NotEqual((float)x[i], (float)next[i]);
        }
    }

    [Fact]
    public void A_rejected_row_stays_where_it_is_bit_for_bit()
    {
        var (z, x) = (Randomly.Normals(N * D, 1, 0.3), Randomly.Normals(N * P, 2));
        var result = Host.Run(GibbsSweepGraph.Build(Model, L), Inputs(z, x, 0, 0.05, uniform: 1));
        Assert.Equal(Array.ConvertAll(z, value => (float)value), Array.ConvertAll(result["next_z"], value => (float)value));
        Assert.Equal(Array.ConvertAll(x, value => (float)value), Array.ConvertAll(result["next_x"], value => (float)value));
        Assert.All(result["latent_accepted"].Concat(result["missing_accepted"]), flag => Assert.Equal(0, flag));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(1e30)]
    public void A_divergent_trajectory_is_flagged_and_rejected_and_nothing_turns_infinite(double stepSize)
    {
        var result = Host.Run(GibbsSweepGraph.Build(Model, L), Inputs(Randomly.Normals(N * D, 1, 0.3), Randomly.Normals(N * P, 2), 0, stepSize));
        Assert.All(result["latent_divergent"], flag => Assert.Equal(1, flag));
        Assert.All(result["latent_acceptance"], probability => Assert.Equal(0, probability));
        Assert.All(result.Values.SelectMany(values => values), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void The_energy_error_shrinks_with_the_square_of_the_step_size()
    {
        // A generator without hidden layers is smooth; half the step and twice the steps follow the same path.
        var smooth = Model with { Generator = Randomly.Generator(D, [], P, stream: 7000), Mask = Randomly.Perceptron(P, [], P, stream: 8000) };
        double[] Errors(double stepSize, int steps)
        {
            // With uniform 0 every trajectory is accepted, so that the energy is that of its end.
            var inputs = Inputs(Randomly.Normals(N * D, 1, 0.3), Randomly.Normals(N * P, 2), 0, stepSize, uniform: 0);
            var start = Inputs(Randomly.Normals(N * D, 1, 0.3), Randomly.Normals(N * P, 2), 0, stepSize, uniform: 1);
            using var host = new Host(GibbsSweepGraph.Build(smooth, steps, Precision.Double));
            return [.. host.Run(inputs)["latent_energy"].Zip(host.Run(start)["latent_energy"], (end, begin) => Math.Abs(end - begin))];
        }

        var ratio = Errors(0.01, 16).Sum() / Errors(0.005, 32).Sum();
        Assert.InRange(ratio, 3.8, 4.2);
    }

    private static (string Name, double[] Values, int[] Shape)[] Inputs(double[] z, double[] x, int sweep, double stepSize, double? uniform = null) =>
    [
        ("z", z, [N, D]), ("x", x, [N, P]), ("observed", Observed, [N, P]), ("beta", [0.5], []),
        ("latent_noise", Randomly.Normals(N * D, 40 + sweep), [N, D]), ("latent_uniform", Uniform(50 + sweep, uniform), [N]),
        ("latent_step_size", Filled(N, stepSize), [N]),
        ("missing_noise", Randomly.Normals(N * P, 60 + sweep), [N, P]), ("missing_uniform", Uniform(70 + sweep, uniform), [N]),
        ("missing_step_size", Filled(N, stepSize), [N]),
    ];

    private static double[] Uniform(int stream, double? fixedValue) => fixedValue is { } value ? Filled(N, value) : Randomly.Uniforms(N, stream, 0, 1);

    private static double[] Filled(int count, double value) => [.. Enumerable.Repeat(value, count)];

    private static HamiltonianState Update(
        HostDensity density, double[] position, (string Name, double[] Values, int[] Shape)[] inputs, string name, double[] scale)
    {
        var state = new HamiltonianState(density.Rows, density.Dimension);
        Single(position).CopyTo(state.Position, 0);
        state.Refresh(density);
        float[] Named(string part) => Single(inputs.Single(input => input.Name == $"{name}_{part}").Values);
        new HamiltonianKernel(density, new Leapfrog(density, new DiagonalMetric(Single(scale), density.Dimension))).Step(
            state, Named("noise"), Named("uniform"), Named("step_size"), L);
        return state;
    }

    private static float[] Single(double[] values) => Array.ConvertAll(values, value => (float)value);

    private static void Near(float[] expected, double[] actual) => Near(Array.ConvertAll(expected, value => (double)value), actual);

    private static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 2e-4 * Math.Max(1, Math.Abs(expected[i])));
    }

    /// <summary>A gradient graph as the runtime's kernel wants its targets.</summary>
    private sealed class HostDensity(Graph graph, string variable, int rows, int dimension) : IBatchDensity, IDisposable
    {
        private readonly Host _host = new(graph);

        public (string Name, double[] Values, int[] Shape)[] Fixed { get; set; } = [];

        public int Rows => rows;

        public int Dimension => dimension;

        public float[] Position { get; } = new float[rows * dimension];

        public float[] LogDensity { get; } = new float[rows];

        public float[] Gradient { get; } = new float[rows * dimension];

        public void Evaluate()
        {
            var result = _host.Run([.. Fixed, (variable, Array.ConvertAll(Position, value => (double)value), [rows, dimension])]);
            Single(result["log_density"]).CopyTo(LogDensity, 0);
            Single(result["gradient"]).CopyTo(Gradient, 0);
        }

        public void Dispose() => _host.Dispose();
    }
}
