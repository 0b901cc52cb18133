using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Paper;

public class JointSweepTests
{
    private const int D = 2;
    private const int P = 5;
    private static readonly int[] Seen = [0, 1, 2];
    private static readonly double[] Values = [0.7, -0.4, 1.1];
    private readonly LinearGaussian _model = new(D, P);

    /// <summary>
    /// 4,000 independent chains after 80 sweeps against the closed form. A mean is off by five standard errors, or a s.d. by six of its own, with
    /// probability below 1e-5 over all that is compared.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Chains_reach_the_exact_posterior_whatever_the_metric(bool dense)
    {
        const int n = 4000;
        using var host = new Host(JointSweepGraph.Build(_model.Weights, 5));
        double[] Repeat(double[] row) => [.. Enumerable.Repeat(row, n).SelectMany(values => values)];
        var (z, noise, completed) = (Randomly.Normals(n * D, 1), Randomly.Normals(n * P, 2), Array.Empty<double>());
        for (var t = 0; t < 80; t++)
        {
            var length = Randomly.Uniforms(1, 100 + t, 0.2, 1)[0];
            var result = host.Run(
                ("z", z, [n, D]), ("noise", noise, [n, P]), ("x", Repeat([.. Values, 0, 0]), [n, P]),
                ("observed", Repeat([1, 1, 1, 0, 0]), [n, P]), ("beta", [1], []),
                ("metric", Repeat(dense ? [0.7, 0.2, 0, 0.5] : [1, 0, 0, 1]), [n, D, D]), ("latent_momentum", Randomly.Normals(n * D, 10 * t + 3), [n, D]),
                ("noise_momentum", Randomly.Normals(n * P, 10 * t + 4), [n, P]), ("uniform", Randomly.Uniforms(n, 10 * t + 5, 0, 1), [n]),
                ("step_size", [.. Enumerable.Repeat(0.5 * length, n)], [n]));
            (z, noise, completed) = (result["next_z"], result["next_noise"], result["completed"]);
        }

        foreach (var j in new[] { 3, 4 })
        {
            double[] draws = [.. Enumerable.Range(0, n).Select(i => completed[i * P + j])];
            var (mean, deviation) = _model.Posterior(j, Seen, Values);
            Assert.Equal(mean, draws.Average(), 5 * deviation / Math.Sqrt(n));
            var spread = Math.Sqrt(draws.Sum(draw => (draw - mean) * (draw - mean)) / n);
            Assert.Equal(1, spread / deviation, 6 / Math.Sqrt(2.0 * n));
        }
    }

    [Fact]
    public void The_energy_error_shrinks_with_the_square_of_the_step_size()
    {
        const int n = 50;
        double[] Errors(double stepSize, int steps)
        {
            using var host = new Host(JointSweepGraph.Build(_model.Weights, steps, Precision.Double));
            double[] Energy(double uniform) => host.Run(
                ("z", Randomly.Normals(n * D, 1), [n, D]), ("noise", Randomly.Normals(n * P, 2), [n, P]), ("x", Randomly.Normals(n * P, 3), [n, P]),
                ("observed", Randomly.Bits(n * P, 4, 0.6), [n, P]), ("beta", [1], []),
                ("metric", [.. Enumerable.Repeat<double[]>([0.7, 0.2, 0, 0.5], n).SelectMany(row => row)], [n, D, D]),
                ("latent_momentum", Randomly.Normals(n * D, 5), [n, D]), ("noise_momentum", Randomly.Normals(n * P, 6), [n, P]),
                ("uniform", [.. Enumerable.Repeat(uniform, n)], [n]), ("step_size", [.. Enumerable.Repeat(stepSize, n)], [n]))["energy"];

            // Uniform 0 accepts every trajectory, 1 none: the energies of its end and of its start.
            return [.. Energy(0).Zip(Energy(1), (end, start) => Math.Abs(end - start))];
        }

        Assert.InRange(Errors(0.02, 16).Sum() / Errors(0.01, 32).Sum(), 3.7, 4.3);
    }
}
