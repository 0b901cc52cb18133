namespace MissBgm.Runtime.Sampling;

/// <summary>
/// Hamiltonian Monte Carlo (Neal 2011; MissBGM Section 4.3) for N independent targets at once: a pure step from (state, noise) to (state, info).
/// Each row has its own step size.
/// </summary>
/// <param name="density">The targets.</param>
/// <param name="metric">The units of their coordinates.</param>
public sealed class HamiltonianKernel(IBatchDensity density, IMetric metric)
{
    private readonly int _rows = density.Rows;
    private readonly int _dimension = density.Dimension;
    private readonly double[] _startEnergy = new double[density.Rows];
    private readonly float[] _moved = new float[density.Dimension];

    /// <summary>What the last step did; overwritten by the next.</summary>
    public HamiltonianInfo Info { get; } = new(density.Rows);

    /// <summary>One trajectory and its accept/reject decision.</summary>
    /// <param name="state">Where the chains stand, refreshed at the present target; left where they stand next.</param>
    /// <param name="momentum">Standard normal noise, row-major [N, k]; left as the trajectory's last momentum.</param>
    /// <param name="uniform">Uniform noise of the decision, [N].</param>
    /// <param name="stepSize">Leapfrog step size, [N].</param>
    /// <param name="leapfrogSteps">Leapfrog steps L of the trajectory.</param>
    public HamiltonianInfo Step(HamiltonianState state, float[] momentum, float[] uniform, float[] stepSize, int leapfrogSteps)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(momentum);
        ArgumentNullException.ThrowIfNull(uniform);
        for (var row = 0; row < _rows; row++) _startEnergy[row] = KineticEnergy(momentum, row) - state.LogDensity[row];
        Integrate(state, momentum, stepSize, leapfrogSteps);
        for (var row = 0; row < _rows; row++) Decide(state, momentum, uniform[row], row);
        return Info;
    }

    /// <summary>The leapfrog integrator: from the state and momentum to the density's position and the momentum at the trajectory's end.</summary>
    internal void Integrate(HamiltonianState state, float[] momentum, float[] stepSize, int leapfrogSteps)
    {
        state.Position.CopyTo(density.Position, 0);
        Kick(momentum, state.Gradient, stepSize, 0.5f);
        for (var step = 1; step <= leapfrogSteps; step++)
        {
            Drift(momentum, stepSize);
            density.Evaluate();
            Kick(momentum, density.Gradient, stepSize, step < leapfrogSteps ? 1f : 0.5f);
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

    private void Decide(HamiltonianState state, float[] momentum, float uniform, int row)
    {
        var endEnergy = KineticEnergy(momentum, row) - density.LogDensity[row];
        var error = endEnergy - _startEnergy[row];
        // A trajectory that left the finite numbers is rejected as divergent.
        if (!double.IsFinite(error)) error = double.PositiveInfinity;
        Info.EnergyError[row] = error;
        Info.Acceptance[row] = Math.Min(1, Math.Exp(-error));
        Info.Divergent[row] = error > HamiltonianInfo.DivergenceThreshold;
        Info.Accepted[row] = uniform < Info.Acceptance[row];
        Info.Energy[row] = Info.Accepted[row] ? endEnergy : _startEnergy[row];
        if (!Info.Accepted[row]) return;

        var (start, length) = (row * _dimension, _dimension);
        density.Position.AsSpan(start, length).CopyTo(state.Position.AsSpan(start));
        density.Gradient.AsSpan(start, length).CopyTo(state.Gradient.AsSpan(start));
        var derived = state.Derived.Length / _rows;
        density.Derived.AsSpan(row * derived, derived).CopyTo(state.Derived.AsSpan(row * derived));
        state.LogDensity[row] = density.LogDensity[row];
    }

    private double KineticEnergy(float[] momentum, int row)
    {
        var sum = 0.0;
        for (var i = row * _dimension; i < (row + 1) * _dimension; i++) sum += (double)momentum[i] * momentum[i];
        return 0.5 * sum;
    }
}
