namespace MissBgm.Runtime.Sampling;

/// <summary>Follows the trajectories of Hamiltonian dynamics of N targets.</summary>
public interface IIntegrator
{
    /// <summary>
    /// Goes from the state and the momentum to the density's position, where it is evaluated, and the momentum at the trajectory's end.
    /// </summary>
    /// <param name="state">Where the chains stand, refreshed at the present target; left as it is.</param>
    /// <param name="momentum">Row-major [N, k]; left as the trajectory's last momentum.</param>
    /// <param name="stepSize">Step size, [N].</param>
    /// <param name="steps">Steps of the trajectory.</param>
    void Integrate(HamiltonianState state, float[] momentum, float[] stepSize, int steps);
}

/// <summary>The leapfrog, or velocity Verlet, integrator (Neal 2011, Section 5.2.3.3): symplectic, reversible, of second order.</summary>
/// <param name="density">The targets.</param>
/// <param name="metric">The units of their coordinates.</param>
public sealed class Leapfrog(IBatchDensity density, IMetric metric) : IIntegrator
{
    private readonly int _rows = density.Rows;
    private readonly int _dimension = density.Dimension;
    private readonly float[] _moved = new float[density.Dimension];

    /// <inheritdoc />
    public void Integrate(HamiltonianState state, float[] momentum, float[] stepSize, int steps)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(momentum);
        ArgumentNullException.ThrowIfNull(stepSize);
        state.Position.CopyTo(density.Position, 0);
        Kick(momentum, state.Gradient, stepSize, 0.5f);
        for (var step = 1; step <= steps; step++)
        {
            Drift(momentum, stepSize);
            density.Evaluate();
            Kick(momentum, density.Gradient, stepSize, step < steps ? 1f : 0.5f);
        }
    }

    // momentum += fraction * step * L' gradient
    private void Kick(float[] momentum, float[] gradient, float[] stepSize, float fraction)
    {
        for (var row = 0; row < _rows; row++)
        {
            metric.Pull(row, gradient.AsSpan(row * _dimension, _dimension), _moved);
            MultiplyAdd(fraction * stepSize[row], momentum.AsSpan(row * _dimension, _dimension));
        }
    }

    // q += step * L momentum
    private void Drift(float[] momentum, float[] stepSize)
    {
        for (var row = 0; row < _rows; row++)
        {
            metric.Velocity(row, momentum.AsSpan(row * _dimension, _dimension), _moved);
            MultiplyAdd(stepSize[row], density.Position.AsSpan(row * _dimension, _dimension));
        }
    }

    private void MultiplyAdd(float factor, Span<float> target)
    {
        for (var i = 0; i < target.Length; i++) target[i] += factor * _moved[i];
    }
}
