using MissBgm.Exporter.Collapsed;
using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Collapsed;

/// <summary>The graphs of several members against those of each member alone, reverse-mode differentiation and central differences.</summary>
public class CollapsedMixtureTests
{
    private const int D = 4;
    private const int P = 7;
    private const int N = 9;

    private static readonly CollapsedMixture Mixture = new([Random(2, 50), Random(D, 60), Random(3, 70)], [-0.4, -1.3, -2.0]);
    private static readonly double[] Member = [.. Enumerable.Range(0, N).Select(row => (double)(row * 2 % 3))];
    private static readonly double[] Z = Randomly.Normals(N * D, 81);
    private static readonly double[] X = Randomly.Normals(N * P, 82);
    private static readonly double[] Observed = Randomly.Bits(N * P, 83, 0.6);

    [Fact]
    public void Every_row_has_what_its_own_member_gives()
    {
        var latent = Host.Run(CollapsedLatentGraph.Build(Mixture), Inputs(Z));
        var density = Host.Run(CollapsedDensityGraph.Build(Mixture), Inputs(Z));
        var cells = Host.Run(MissingConditionalGraph.Build(Mixture), Cells());
        var generator = Host.Run(CollapsedGeneratorGraph.Build(Mixture), ("member", Member, [N]), ("z", Z, [N, D]));
        for (var m = 0; m < Mixture.Members.Count; m++)
        {
            var alone = CollapsedMixture.Single(Mixture.Members[m]);
            var one = Host.Run(CollapsedLatentGraph.Build(alone), Inputs(Z)[1..]);
            var rows = Enumerable.Range(0, N).Where(row => Member[row] == m).ToArray();
            Compare(rows, 1, one["log_density"], latent["log_density"], Mixture.LogShares[m]);
            Compare(rows, 1, one["log_density"], density["log_density"], Mixture.LogShares[m]);
            Compare(rows, D, one["gradient"], latent["gradient"], 0);
            Compare(rows, D * D, one["precision"], latent["precision"], 0);
            var law = Host.Run(MissingConditionalGraph.Build(alone), Cells()[1..]);
            foreach (var name in (string[])["mean", "standard_deviation", "draw"]) Compare(rows, P, law[name], cells[name], 0);
            var made = Host.Run(CollapsedGeneratorGraph.Build(alone), ("z", Z, [N, D]));
            foreach (var name in (string[])["mean", "variance"]) Compare(rows, P, made[name], generator[name], 0);
        }
    }

    [Fact]
    public void Gradient_and_precision_are_the_density_s_derivatives()
    {
        var emitted = Host.Run(CollapsedLatentGraph.Build(Mixture), Inputs(Z));
        using var exact = new Host(CollapsedLatentGraph.Build(Mixture, Precision.Double));
        const double step = 1e-4;
        for (var k = 0; k < D; k++)
        {
            var (above, below) = (exact.Run(Inputs(Moved(k, step))), exact.Run(Inputs(Moved(k, -step))));
            for (var row = 0; row < N; row++)
            {
                var slope = (above["log_density"][row] - below["log_density"][row]) / (2 * step);
                Assert.Equal(slope, emitted["gradient"][row * D + k], 1e-3 * (1 + Math.Abs(slope)));
                for (var l = 0; l < D; l++)
                {
                    var expected = -(above["gradient"][row * D + l] - below["gradient"][row * D + l]) / (2 * step);
                    Assert.Equal(expected, emitted["precision"][(row * D + k) * D + l], 1e-3 * (1 + Math.Abs(expected)));
                }
            }
        }
    }

    [Fact]
    public void The_gradient_is_that_of_reverse_mode_differentiation()
    {
        var graph = CollapsedDensityGraph.Build(Mixture);
        var z = graph.Inputs.Single(input => input.Name == "z").Tensor;
        graph.Output("gradient", graph.Outputs[0].Tensor.Gradient(z), "Derivative by z.");
        Compare(
            [.. Enumerable.Range(0, N)], D, Host.Run(graph, Inputs(Z))["gradient"],
            Host.Run(CollapsedLatentGraph.Build(Mixture), Inputs(Z))["gradient"], 0);
    }

    private static void Compare(int[] rows, int width, double[] expected, double[] actual, double offset)
    {
        foreach (var row in rows)
        {
            for (var i = row * width; i < (row + 1) * width; i++) Assert.Equal(expected[i] + offset, actual[i], 1e-5 * (1 + Math.Abs(expected[i])));
        }
    }

    private static CollapsedWeights Random(int d, int seed) => new(
        d, P, Randomly.Normals(d * P, seed + 1), Randomly.Normals(P, seed + 2, 0.5), Randomly.Uniforms(P, seed + 3, 0.3, 1.2),
        Randomly.Uniforms(P, seed + 4, -0.99, 0.99),
        Randomly.Normals(d * P, seed + 5, 0.4), Randomly.Normals(P, seed + 6));

    private static double[] Moved(int k, double step) => [.. Z.Select((value, i) => i % D == k ? value + step : value)];

    private static (string, double[], int[])[] Inputs(double[] z) =>
        [("member", Member, [N]), ("z", z, [N, D]), ("x", X, [N, P]), ("observed", Observed, [N, P])];

    private static (string, double[], int[])[] Cells() =>
        [("member", Member, [N]), ("z", Z, [N, D]), ("uniform", Randomly.Uniforms(N * P, 84, 0, 1), [N, P]), ("noise", X, [N, P])];
}
