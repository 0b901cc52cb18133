using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Tests.Harness;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Exporter.Tests.Collapsed;

/// <summary>The normal law's graph nodes in float32 against double-precision references, from -40 to 40.</summary>
public class NormalTailsTests
{
    private const double Single = 1.2e-7; // float32's spacing at 1

    private static readonly double[] Points = [.. Enumerable.Range(-400, 801).Select(i => (double)(float)(i / 10.0))];

    [Fact]
    public void Log_phi_keeps_its_relative_precision_in_both_tails()
    {
        // Relative to log Phi itself: exp(-x^2 / 2) carries x^2 / 2 roundings of its argument into the right tail.
        foreach (var (x, y) in Points.Zip(Evaluate(tensor => tensor.LogNormalCdf(), Points)))
        {
            var expected = StandardNormal.LogCdf(x);
            var tolerance = 8 * Single * Math.Abs(expected) * (x > 0 ? 1 + x * x / 2 : 1) + 1e-37;
            Assert.True(Math.Abs(y - expected) <= tolerance, $"log Phi({x}): {y}, {expected}");
        }
    }

    [Fact]
    public void The_inverse_mills_ratio_keeps_its_relative_precision()
    {
        foreach (var (x, y) in Points.Zip(Evaluate(tensor => tensor.InverseMills(), Points)))
        {
            var expected = StandardNormal.InverseMills(x);
            var tolerance = 8 * Single * expected * (x > 0 ? 1 + x * x / 2 : 1) + 1e-37;
            Assert.True(Math.Abs(y - expected) <= tolerance, $"phi / Phi({x}): {y}, {expected}");
        }
    }

    [Fact]
    public void The_variance_of_a_truncated_normal_does_not_cancel_in_its_tail()
    {
        foreach (var (x, y) in Points.Zip(Evaluate(tensor => tensor.TruncatedVariance(), Points)))
        {
            var mills = StandardNormal.InverseMills(-x);
            // Beyond 20 double precision cancels too; there the asymptotic series is exact to 1e-7.
            var expected = x < 20 ? 1 - mills * (mills - x) : (1 - 6 / (x * x) + 50 / Math.Pow(x, 4) - 518 / Math.Pow(x, 6)) / (x * x);
            Assert.True(Math.Abs(y - expected) <= 2e-6 * expected, $"variance beyond {x}: {y}, {expected}");
        }
    }

    [Fact]
    public void The_quantile_of_a_log_probability_undoes_log_phi()
    {
        double[] points = [.. Points.Where(x => x < 5)];
        var logs = Array.ConvertAll(points, x => (double)(float)StandardNormal.LogCdf(x));
        foreach (var (p, y) in logs.Zip(Evaluate(tensor => tensor.NormalQuantileOfLog(), logs)))
        {
            var expected = StandardNormal.QuantileOfLog(p);
            // In the right tail the log-probability itself is rounded: an error of float32's spacing moves the quantile by spacing / mills.
            var tolerance = 4e-6 * (1 + Math.Abs(expected)) + (expected > 0 ? 2 * Single * Math.Abs(p) / StandardNormal.InverseMills(expected) : 0);
            Assert.True(Math.Abs(y - expected) <= tolerance, $"Phi^-1(e^{p}): {y}, {expected}");
        }
    }

    [Fact]
    public void The_derivative_of_log_phi_is_the_inverse_mills_ratio()
    {
        var gradient = Evaluate(tensor => tensor.LogNormalCdf().Gradient(tensor), Points);
        Assert.Equal(Evaluate(tensor => tensor.InverseMills(), Points), gradient);
    }

    private static double[] Evaluate(Func<Tensor, Tensor> function, double[] points)
    {
        var graph = new Graph("tails", "A function of the normal law.");
        graph.Output("y", function(graph.Input("x", ["N"], "Points.")), "Values.");
        return Host.Run(graph, ("x", points, [points.Length]))["y"];
    }
}
