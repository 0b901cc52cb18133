using MissBgm.Report.Findings;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Tests.Report;

public sealed class DensityTests
{
    [Fact]
    public void Two_humps_are_two_and_the_whole_is_one()
    {
        var values = Normals(2000).Select((x, i) => i % 2 == 0 ? x : x + 6).ToArray();
        var density = Density.For(values, values.Min(), values.Max(), stepped: false);
        var curve = density.Of(values);
        Assert.False(density.IsHistogram);
        Assert.Equal(2, Peaks(curve, 0.02));
        Assert.Equal(1, Integral(density.Grid, curve), 0.02);
        // Half of each hump's standard normal, widened by the kernel.
        var peak = Array.FindIndex(density.Grid, x => x >= 0);
        Assert.Equal(0.5 * 0.3989, curve[peak], 0.035);
    }

    [Fact]
    public void A_histogram_of_whole_numbers_has_a_bin_for_each()
    {
        double[] values = [1, 1, 1, 2, 4, 4];
        var density = Density.For(values, 1, 4, stepped: true);
        Assert.True(density.IsHistogram);
        Assert.Equal([0.5, 1.5, 1.5, 2.5, 2.5, 3.5, 3.5, 4.5], density.Grid);
        Assert.Equal([0.5, 0.5, 1 / 6.0, 1 / 6.0, 0, 0, 1 / 3.0, 1 / 3.0], density.Of(values));
    }

    // Measured in tenths, two groups of values: bins of 0.1 times a whole number hold as many possible values each, and show both.
    [Fact]
    public void A_histogram_of_rounded_values_shows_two_humps_too()
    {
        var values = Normals(300).Select((x, i) => Math.Round(i % 2 == 0 ? 1.5 + 0.2 * x : 5 + 0.4 * x, 1)).ToArray();
        var density = Density.For(values, values.Min(), values.Max(), stepped: true);
        var step = density.Grid[1] - density.Grid[0];
        Assert.Equal(Math.Round(10 * step), 10 * step, 1e-6);
        Assert.Equal(1, Integral(density.Grid, density.Of(values)), 1e-9);
        Assert.Equal(2, Peaks([.. density.Of(values).Where((_, i) => i % 2 == 0)], 0.05));
    }

    [Fact]
    public void Nothing_is_lost_beyond_a_bound()
    {
        var values = Normals(4000).Select(Math.Abs).ToArray();
        var bounded = Density.For(values, 0, values.Max(), stepped: false, (0, null));
        var free = Density.For(values, 0, values.Max(), stepped: false);
        Assert.Equal(0, bounded.Grid[0]);
        Assert.Equal(1, Integral(bounded.Grid, bounded.Of(values)), 0.02);
        // The half-normal density at 0 is 0.798; without the bound half of it leaks out.
        Assert.Equal(0.798, bounded.Of(values)[0], 0.06);
        Assert.True(free.Of(values)[Array.FindIndex(free.Grid, x => x >= 0)] < 0.55);
    }

    [Fact]
    public void One_value_is_a_bin_and_none_is_nothing()
    {
        var density = Density.For([3], 3, 3, stepped: true);
        Assert.Equal(1, Integral(density.Grid, density.Of([3])), 1e-9);
        Assert.All(density.Of([]), value => Assert.Equal(0, value));
        Assert.All(Density.For([3], 3, 3, stepped: false).Of([3]), value => Assert.True(double.IsFinite(value)));
    }

    private static double[] Normals(int count)
    {
        var values = new float[count];
        new Philox(11).Normals(values, RandomPurpose.Simulation, 0, 0, 0);
        return Array.ConvertAll(values, value => (double)value);
    }

    private static int Peaks(double[] curve, double least) =>
        Enumerable.Range(0, curve.Length).Count(i =>
            curve[i] > least && (i == 0 || curve[i] > curve[i - 1])
                && curve.Skip(i + 1).TakeWhile(value => value >= least * 0.99 && value != curve[i] || value == curve[i])
                    .All(value => value <= curve[i])
                && curve.Take(i).Reverse().TakeWhile(value => value >= least * 0.99).All(value => value <= curve[i]));

    private static double Integral(double[] grid, double[] density) =>
        grid.Zip(grid.Skip(1), (a, b) => b - a).Select((width, i) => width * (density[i] + density[i + 1]) / 2).Sum();
}
