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
