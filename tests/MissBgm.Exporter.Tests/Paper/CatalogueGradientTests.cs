using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Paper;

/// <summary>The two gradient graphs, as emitted in float32, against central differences of their own float64 emission.</summary>
public class CatalogueGradientTests
{
    private const double Step = 1e-5;
    private const int Probes = 12;

    public static TheoryData<int, int> Sizes()
    {
        var sizes = new TheoryData<int, int>();
        foreach (var p in new[] { 1, 2, 50, 500 })
        {
            foreach (var n in new[] { 1, 2, 7, 1000 }) sizes.Add(n, p);
        }

        return sizes;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_latent_gradient_is_the_derivative_of_the_log_density(int n, int p)
    {
        const int d = 5;
        var weights = Randomly.Generator(d, [24, 24], p, stream: p);
        (string, double[], int[])[] inputs = [("z", Randomly.Normals(n * d, 1), [n, d]), ("x", Randomly.Normals(n * p, 2), [n, p])];
        Compare(precision => LatentGradientGraph.Build(weights, precision), inputs, variable: 0);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_missing_gradient_is_the_derivative_of_the_log_density_on_missing_cells_and_zero_elsewhere(int n, int p)
    {
        var weights = Randomly.Perceptron(p, [16, 16], p, stream: 100 + p);
        var observed = Randomly.Bits(n * p, 5, 0.7);
        (string, double[], int[])[] inputs =
        [
            ("x", Randomly.Normals(n * p, 2), [n, p]), ("mean", Randomly.Normals(n * p, 3), [n, p]), ("variance", Randomly.Uniforms(n * p, 4, 0.1, 2), [n, p]),
            ("observed", observed, [n, p]), ("beta", [0.4], []),
        ];
        Compare(precision => MissingGradientGraph.Build(weights, precision), inputs, variable: 0, active: i => observed[i] == 0);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_posterior_gradients_are_the_derivatives_of_the_log_density(int n, int p)
    {
        const int d = 5;
        var weights = Randomly.Model(d, p, [24, 24], stream: 300 + p);
        var observed = Randomly.Bits(n * p, 5, 0.7);
        (string, double[], int[])[] inputs =
        [
            ("z", Randomly.Normals(n * d, 1), [n, d]), ("noise", Randomly.Normals(n * p, 3), [n, p]), ("x", Randomly.Normals(n * p, 2), [n, p]),
            ("observed", observed, [n, p]), ("beta", [0.4], []),
        ];
        Compare(precision => PosteriorGradientGraph.Build(weights, precision), inputs, variable: 0, gradient: "latent_gradient");
        Compare(precision => PosteriorGradientGraph.Build(weights, precision), inputs, variable: 1, active: i => observed[i] == 0, gradient: "noise_gradient");
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 2, 3)]
    [InlineData(7, 50, 4)]
    [InlineData(1000, 6, 2)]
    public void The_gradients_of_a_covariance_with_a_low_rank_part_are_the_derivatives_of_the_log_density(int n, int p, int rank)
    {
        const int d = 5;
        var model = Randomly.Model(d, p, [24, 24], stream: 300 + p);
        var weights = model with { Generator = model.Generator with { Factor = Randomly.Dense(24, p * rank, stream: 77 + p) } };
        var observed = Randomly.Bits(n * p, 5, 0.7);
        (string, double[], int[]) z = ("z", Randomly.Normals(n * d, 1), [n, d]);
        (string, double[], int[]) x = ("x", Randomly.Normals(n * p, 2), [n, p]);
        (string, double[], int[])[] rest = [("observed", observed, [n, p]), ("beta", [0.4], [])];
        Compare(precision => LatentGradientGraph.Build(weights.Generator, precision), [z, x], variable: 0);
        (string, double[], int[])[] missing =
        [
            x, ("mean", Randomly.Normals(n * p, 3), [n, p]), ("variance", Randomly.Uniforms(n * p, 4, 0.1, 2), [n, p]),
            ("factor", Randomly.Normals(n * p * rank, 6), [n, p, rank]), .. rest,
        ];
        Compare(precision => MissingGradientGraph.Build(weights.Mask, precision, rank), missing, variable: 0, active: i => observed[i] == 0);
        (string, double[], int[])[] posterior = [z, ("noise", Randomly.Normals(n * p, 3), [n, p]), x, .. rest];
        Compare(precision => PosteriorGradientGraph.Build(weights, precision), posterior, variable: 0, gradient: "latent_gradient");
        Compare(
            precision => PosteriorGradientGraph.Build(weights, precision), posterior, variable: 1, active: i => observed[i] == 0,
            gradient: "noise_gradient");
    }

    // Rows are independent: moving one element of every row at once differentiates all rows with two runs.
    private static void Compare(
        Func<Precision, Graph> build, (string Name, double[] Values, int[] Shape)[] inputs, int variable, Func<int, bool>? active = null,
        string gradient = "gradient")
    {
        using var reference = new Host(build(Precision.Double));
        using var emitted = new Host(build(Precision.Single));
        var rounded = inputs.Select(input => (input.Name, Array.ConvertAll(input.Values, value => (double)(float)value), input.Shape)).ToArray();
        var exact = reference.Run(rounded)[gradient];
        var single = emitted.Run(rounded)[gradient];
        var (rows, width) = (inputs[variable].Shape[0], inputs[variable].Shape[1]);
        var scale = Math.Max(1, exact.Max(Math.Abs));
        for (var column = 0; column < width; column += Math.Max(1, width / Probes))
        {
            var (up, down) = (Moved(reference, rounded, variable, width, column, Step), Moved(reference, rounded, variable, width, column, -Step));
            for (var row = 0; row < rows; row++)
            {
                var i = row * width + column;
                var numeric = active is null || active(i) ? (up[row] - down[row]) / (2 * Step) : 0;
                Assert.Equal(numeric, exact[i], 2e-6 * scale);
                Assert.Equal(exact[i], single[i], 1e-5 * scale);
            }
        }
    }

    private static double[] Moved(Host host, (string Name, double[] Values, int[] Shape)[] inputs, int variable, int width, int column, double step)
    {
        var moved = inputs.ToArray();
        moved[variable].Values = [.. inputs[variable].Values.Select((value, i) => i % width == column ? value + step : value)];
        return host.Run(moved)["log_density"];
    }
}
