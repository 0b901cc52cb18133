using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Paper;

public class MapStepTests
{
    private const int N = 5;
    private const int D = 2;
    private const int P = 4;
    private static readonly MissBgmWeights Model = Randomly.Model(D, P, [16]);
    private static readonly double[] Observed = Randomly.Bits(N * P, 31, 0.6);

    [Fact]
    public void Steps_are_those_of_Adam_on_the_separate_gradients()
    {
        using var step = new Host(MapStepGraph.Build(Model, Precision.Double));
        using var latent = new Host(LatentGradientGraph.Build(Model.Generator, Precision.Double));
        using var missing = new Host(MissingGradientGraph.Build(Model.Mask, Precision.Double));
        using var generator = new Host(GeneratorGraph.Build(Model.Generator, Precision.Double));
        double[] rates = [0.02, 0.05, 0, 0.02, 0.01];
        var (z, x) = (new Adam(Randomly.Normals(N * D, 1)), new Adam(Randomly.Normals(N * P, 2)));
        var state = (Z: z.Value.ToArray(), X: x.Value.ToArray(), Zm: new double[N * D], Zv: new double[N * D], Xm: new double[N * P], Xv: new double[N * P]);
        for (var t = 1; t <= 4; t++)
        {
            var result = step.Run(
                ("z", state.Z, [N, D]), ("z_first_moment", state.Zm, [N, D]), ("z_second_moment", state.Zv, [N, D]),
                ("x", state.X, [N, P]), ("x_first_moment", state.Xm, [N, P]), ("x_second_moment", state.Xv, [N, P]),
                ("observed", Observed, [N, P]), ("beta", [0.3], []), ("step", [t], []), ("gradient_clip", [1.5], []),
                ("latent_rate", rates, [N]), ("missing_rate", rates, [N]));
            state = (
                result["next_z"], result["next_x"], result["next_z_first_moment"], result["next_z_second_moment"],
                result["next_x_first_moment"], result["next_x_second_moment"]);

            z.Step(latent.Run(("z", z.Value, [N, D]), ("x", x.Value, [N, P]))["gradient"], rates, 1.5, t);
            var output = generator.Run(("z", z.Value, [N, D]));
            var gradient = missing.Run(
                ("x", x.Value, [N, P]), ("mean", output["mean"], [N, P]), ("variance", output["variance"], [N, P]),
                ("observed", Observed, [N, P]), ("beta", [0.3], []))["gradient"];
            x.Step(gradient, rates, 1.5, t);
            Near(z.Value, state.Z);
            Near(x.Value, state.X);
        }
    }

    private static void Near(double[] expected, double[] actual)
    {
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-9);
    }

    // Adam written out for one block of rows (Kingma and Ba 2015, Algorithm 1), ascending.
    private sealed class Adam(double[] value)
    {
        private readonly double[] _first = new double[value.Length];
        private readonly double[] _second = new double[value.Length];

        public double[] Value => value;

        public void Step(double[] gradient, double[] rates, double clip, int t)
        {
            var width = value.Length / rates.Length;
            for (var i = 0; i < value.Length; i++)
            {
                var row = i / width;
                var norm = Math.Sqrt(gradient.Skip(row * width).Take(width).Sum(g => g * g));
                var g = gradient[i] * Math.Min(1, clip / norm);
                _first[i] = 0.9 * _first[i] + 0.1 * g;
                _second[i] = 0.99 * _second[i] + 0.01 * g * g;
                value[i] += rates[row] * (_first[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(_second[i] / (1 - Math.Pow(0.99, t))) + 1e-8);
            }
        }
    }
}
