using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Tests.Sampling;

public class HamiltonianKernelTests
{
    private static readonly double[,] Unit = { { 1 } };

    private static DiagonalMetric Ones(int rows, int dimension) => new(Enumerable.Repeat(1f, rows * dimension).ToArray(), dimension);

    private static HamiltonianState At(RowDensity density, params float[] position)
    {
        var state = new HamiltonianState(density.Rows, density.Dimension);
        position.CopyTo(state.Position, 0);
        state.Refresh(density);
        return state;
    }

    [Fact]
    public void Leapfrog_on_a_harmonic_oscillator_ends_where_the_recurrence_does()
    {
        // One leapfrog step is the linear map (q, p) -> ((1 - e^2/2) q + e p, -e (1 - e^2/4) q + (1 - e^2/2) p).
        var density = Densities.Normal(1, Unit);
        float[] momentum = [0.3f];
        new Leapfrog(density, Ones(1, 1)).Integrate(At(density, 1f), momentum, [0.2f], 7);
        var (q, p, e) = (1.0, 0.3, 0.2);
        for (var i = 0; i < 7; i++) (q, p) = ((1 - e * e / 2) * q + e * p, -e * (1 - e * e / 4) * q + (1 - e * e / 2) * p);
        Assert.Equal(q, density.Position[0], 1e-6);
        Assert.Equal(p, momentum[0], 1e-6);
    }

    [Fact]
    public void A_quarter_period_exchanges_position_and_momentum()
    {
        var density = Densities.Normal(1, Unit);
        float[] momentum = [0.5f];
        new Leapfrog(density, Ones(1, 1)).Integrate(At(density, 1f), momentum, [(float)(Math.PI / 2 / 1000)], 1000);
        Assert.Equal(0.5, density.Position[0], 1e-4);
        Assert.Equal(-1.0, momentum[0], 1e-4);
    }

    // A quartic well with a correlated pair: nothing about it is linear.
    private static RowDensity Quartic(int rows) => new(rows, 2, q =>
        (-0.25 * Math.Pow(q[0], 4) - 0.5 * q[1] * q[1] - 0.7 * q[0] * q[1], [-Math.Pow(q[0], 3) - 0.7 * q[1], -q[1] - 0.7 * q[0]]));

    [Fact]
    public void Reversing_the_momentum_goes_back_to_the_start()
    {
        var density = Quartic(1);
        var integrator = new Leapfrog(density, new DiagonalMetric([0.7f, 1.3f], 2));
        float[] momentum = [0.8f, -0.4f];
        integrator.Integrate(At(density, 0.6f, -1.1f), momentum, [0.1f], 20);
        var there = At(density, density.Position);
        float[] back = [-momentum[0], -momentum[1]];
        integrator.Integrate(there, back, [0.1f], 20);
        Assert.Equal([0.6f, -1.1f], density.Position.Select(v => MathF.Round(v, 4)));
        Assert.Equal([-0.8f, 0.4f], back.Select(v => MathF.Round(v, 4)));
    }

    [Fact]
    public void Energy_error_falls_with_the_square_of_the_step_size()
    {
        // The same trajectory of length 1.6 in ever finer steps; the slope in logarithms is 2.
        double Error(int steps)
        {
            var density = Quartic(1);
            var kernel = new HamiltonianKernel(density, new Leapfrog(density, Ones(1, 2)));
            kernel.Step(At(density, 1.2f, -0.5f), [0.9f, 0.4f], [0.5f], [1.6f / steps], steps);
            return Math.Abs(kernel.Info.EnergyError[0]);
        }

        Assert.InRange(Math.Log2(Error(8) / Error(16)), 1.8, 2.2);
        Assert.InRange(Math.Log2(Error(16) / Error(32)), 1.8, 2.2);
    }

    [Fact]
    public void A_coordinate_of_scale_zero_does_not_move()
    {
        var density = Densities.Normal(1, new double[,] { { 1, 0.5 }, { 0.5, 1 } });
        var state = At(density, 0.5f, 2f);
        new HamiltonianKernel(density, new Leapfrog(density, new DiagonalMetric([1f, 0f], 2))).Step(state, [1f, 1f], [0f], [0.3f], 5);
        Assert.Equal(2f, state.Position[1]);
        Assert.NotEqual(0.5f, state.Position[0]);
    }

    [Fact]
    public void A_trajectory_into_nothingness_is_rejected_as_divergent()
    {
        var density = new RowDensity(2, 1, q => q[0] > 10 ? (double.NaN, [double.NaN]) : (-0.5 * q[0] * q[0], [-q[0]]));
        var state = At(density, 0f, 0f);
        var info = new HamiltonianKernel(density, new Leapfrog(density, Ones(2, 1))).Step(state, [100f, 1f], [1e-9f, 1e-9f], [1f, 0.1f], 1);
        Assert.Equal([true, false], info.Divergent);
        Assert.Equal([false, true], info.Accepted);
        Assert.Equal(0f, state.Position[0]);
        Assert.NotEqual(0f, state.Position[1]);
    }

    // 20 seeds x 40 rows of a correlated, ill-conditioned normal distribution (variances 0.0025 to 4, correlation 0.9). The z-scores of
    // second moments over all seeds, from independent rows, are bounded by 4: with five of them a right sampler fails once in 3,000.
    [Fact]
    public void Correlated_normals_are_sampled_with_their_moments()
    {
        const int Rows = 800;
        const int Sweeps = 600;
        const int Kept = 300;
        var (s1, s2, r) = (0.05, 2.0, 0.9);
        var f = 1 / (1 - r * r);
        var density = Densities.Normal(Rows, new[,] { { f / (s1 * s1), -f * r / (s1 * s2) }, { -f * r / (s1 * s2), f / (s2 * s2) } });
        var scale = Enumerable.Range(0, 2 * Rows).Select(i => i % 2 == 0 ? 0.05f : 2f).ToArray();
        var kernel = new HamiltonianKernel(density, new Leapfrog(density, new DiagonalMetric(scale, 2)));
        var state = At(density, new float[2 * Rows]);
        var rows = new StackedRows(new Philox(11), Enumerable.Range(0, Rows).ToArray(), 1);
        var steps = new DualAveraging(Rows, 0.1, 0.75);
        var (noise, uniform) = (new float[2 * Rows], new float[Rows]);
        var sums = new double[Rows, 5];
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            rows.Normals(noise, RandomPurpose.LatentMomentum, sweep);
            rows.Uniforms(uniform, RandomPurpose.LatentAcceptance, sweep);
            kernel.Step(state, noise, uniform, steps.StepSize, 10);
            if (sweep < 250) steps.Update(kernel.Info.Acceptance);
            if (sweep == 250) steps.Freeze();
            for (var row = 0; row < Rows && sweep >= Sweeps - Kept; row++)
            {
                var (a, b) = (state.Position[2 * row] / s1, state.Position[2 * row + 1] / s2);
                double[] moments = [a, b, a * a, b * b, a * b];
                for (var m = 0; m < 5; m++) sums[row, m] += moments[m] / Kept;
            }
        }

        double[] expected = [0, 0, 1, 1, r];
        for (var m = 0; m < 5; m++)
        {
            var means = Enumerable.Range(0, Rows).Select(row => sums[row, m]).ToArray();
            var average = means.Average();
            var error = Math.Sqrt(means.Sum(v => (v - average) * (v - average)) / (Rows - 1) / Rows);
            Assert.InRange((average - expected[m]) / error, -4, 4);
        }
    }
}
