namespace MissBgm.Runtime.Sampling;

/// <summary>Where N chains stand: position, log density and gradient, each [N] or row-major [N, k].</summary>
/// <param name="rows">N.</param>
/// <param name="dimension">k.</param>
/// <param name="derived">m, the number of quantities derived from a row's position.</param>
public sealed class HamiltonianState(int rows, int dimension, int derived = 0)
{
    /// <summary>Position q, row-major [N, k].</summary>
    public float[] Position { get; } = new float[rows * dimension];

    /// <summary>Log density at the position, [N].</summary>
    public double[] LogDensity { get; } = new double[rows];

    /// <summary>Gradient of the log density, row-major [N, k].</summary>
    public float[] Gradient { get; } = new float[rows * dimension];

    /// <summary>What <see cref="IBatchDensity.Derived"/> was at the position, row-major [N, m].</summary>
    public float[] Derived { get; } = new float[rows * derived];

    /// <summary>Takes the log density and gradient of a density evaluated at this position.</summary>
    public void Refresh(IBatchDensity density)
    {
        ArgumentNullException.ThrowIfNull(density);
        Position.CopyTo(density.Position, 0);
        density.Evaluate();
        density.Gradient.CopyTo(Gradient, 0);
        density.Derived.CopyTo(Derived, 0);
        for (var row = 0; row < LogDensity.Length; row++) LogDensity[row] = density.LogDensity[row];
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
