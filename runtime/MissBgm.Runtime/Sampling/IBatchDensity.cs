namespace MissBgm.Runtime.Sampling;

/// <summary>
/// Log densities and gradients of many independent targets at once, one a row. The buffers are the density's own: a caller fills
/// <see cref="Position"/>, calls <see cref="Evaluate"/> and reads the other two.
/// </summary>
public interface IBatchDensity
{
    /// <summary>Number of rows, N.</summary>
    int Rows { get; }

    /// <summary>Coordinates of each row, k.</summary>
    int Dimension { get; }

    /// <summary>Where to evaluate, row-major [N, k].</summary>
    float[] Position { get; }

    /// <summary>Log density of each row up to a constant, [N].</summary>
    float[] LogDensity { get; }

    /// <summary>Gradient of the log density, row-major [N, k].</summary>
    float[] Gradient { get; }

    /// <summary>
    /// Quantities that come with the log density and belong to the position, such as completed rows, row-major [N, m]; may be empty.
    /// </summary>
    float[] Derived => [];

    /// <summary>Computes <see cref="LogDensity"/> and <see cref="Gradient"/> at <see cref="Position"/>.</summary>
    void Evaluate();
}
