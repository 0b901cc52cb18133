namespace MissBgm.Runtime.Sampling;

/// <summary>
/// Hamiltonian Monte Carlo (Neal 2011; MissBGM Section 4.3) for N independent targets at once: a pure step from (state, noise) to (state,
/// info). Each row has its own step size.
/// </summary>
/// <param name="density">The targets.</param>
/// <param name="integrator">Follows trajectories of the targets.</param>
public sealed class HamiltonianKernel(IBatchDensity density, IIntegrator integrator)
{
    private readonly int _rows = density.Rows;
    private readonly int _dimension = density.Dimension;
    private readonly double[] _startEnergy = new double[density.Rows];

    /// <summary>What the last step did; overwritten by the next.</summary>
    public HamiltonianInfo Info { get; } = new(density.Rows);

    /// <summary>One trajectory and its accept/reject decision.</summary>
    /// <param name="state">Where the chains stand, refreshed at the present target; left where they stand next.</param>
    /// <param name="momentum">Standard normal noise, row-major [N, k]; left as the trajectory's last momentum.</param>
    /// <param name="uniform">Uniform noise of the decision, [N].</param>
    /// <param name="stepSize">Step size, [N].</param>
    /// <param name="steps">Steps L of the trajectory.</param>
    public HamiltonianInfo Step(HamiltonianState state, float[] momentum, float[] uniform, float[] stepSize, int steps)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(momentum);
        ArgumentNullException.ThrowIfNull(uniform);
        for (var row = 0; row < _rows; row++) _startEnergy[row] = KineticEnergy(momentum, row) - state.LogDensity[row];
        integrator.Integrate(state, momentum, stepSize, steps);
        for (var row = 0; row < _rows; row++) Decide(state, momentum, uniform[row], row);
        return Info;
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

/// <summary>What one HMC update did, for each of N rows.</summary>
/// <param name="rows">N.</param>
public sealed class HamiltonianInfo(int rows)
{
    /// <summary>Above this energy error a trajectory has diverged (Stan's threshold).</summary>
    public const double DivergenceThreshold = 1000;

    /// <summary>Energy at the end of the trajectory less energy at its start; infinite where the density left the finite numbers.</summary>
    public double[] EnergyError { get; } = new double[rows];

    /// <summary>Energy of the state that the update leaves, with the momentum it leaves it with (for E-BFMI).</summary>
    public double[] Energy { get; } = new double[rows];

    /// <summary>Probability of acceptance, min(1, exp(-energy error)).</summary>
    public double[] Acceptance { get; } = new double[rows];

    /// <summary>Whether the trajectory's end was accepted.</summary>
    public bool[] Accepted { get; } = new bool[rows];

    /// <summary>Whether the energy error exceeds <see cref="DivergenceThreshold"/>.</summary>
    public bool[] Divergent { get; } = new bool[rows];

    /// <summary>The update, counted.</summary>
    internal UpdateTally Tally => new(Acceptance.Length, Acceptance.Sum(), Divergent.Count(divergent => divergent));
}
