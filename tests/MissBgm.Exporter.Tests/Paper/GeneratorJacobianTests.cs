using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Paper;

public class GeneratorJacobianTests
{
    private const double Step = 1e-6;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 2, 5)]
    [InlineData(3, 50, 2)]
    [InlineData(1000, 5, 3)]
    public void The_Jacobian_agrees_with_central_differences_of_the_generator(int n, int p, int d)
    {
        var weights = Randomly.Generator(d, [16, 16], p, stream: 300 + p);
        var z = Array.ConvertAll(Randomly.Normals(n * d, 1), value => (double)(float)value);
        var single = Host.Run(GeneratorJacobianGraph.Build(weights), ("z", z, [n, d]));
        var exact = Host.Run(GeneratorJacobianGraph.Build(weights, Precision.Double), ("z", z, [n, d]));
        using var generator = new Host(GeneratorGraph.Build(weights, Precision.Double));
        for (var k = 0; k < d; k++)
        {
            Dictionary<string, double[]> Moved(double step) => generator.Run(("z", [.. z.Select((value, i) => i % d == k ? value + step : value)], [n, d]));
            var (up, down) = (Moved(Step), Moved(-Step));
            for (var i = 0; i < n * p; i++)
            {
                Check((up["mean"][i] - down["mean"][i]) / (2 * Step), exact["mean_jacobian"][i * d + k], single["mean_jacobian"][i * d + k]);
                Check(
                    Math.Log(up["variance"][i] / down["variance"][i]) / (2 * Step), exact["log_variance_jacobian"][i * d + k],
                    single["log_variance_jacobian"][i * d + k]);
            }
        }
    }

    private static void Check(double numeric, double exact, double single)
    {
        Assert.Equal(numeric, exact, 1e-6 * Math.Max(1, Math.Abs(numeric)));
        Assert.Equal(exact, single, 2e-5 * Math.Max(1, Math.Abs(exact)));
    }
}
