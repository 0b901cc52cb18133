namespace MissBgm.Runtime.Sampling;

/// <summary>
/// The units of N targets' coordinates: a matrix L for each row, with L L' near the target's covariance, so that u = L^-1 q has scales near
/// one. Momenta are standard normal in u.
/// </summary>
public interface IMetric
{
    /// <summary>How fast q moves: L momentum.</summary>
    void Velocity(int row, ReadOnlySpan<float> momentum, Span<float> velocity);

    /// <summary>The gradient with respect to u: L' gradient.</summary>
    void Pull(int row, ReadOnlySpan<float> gradient, Span<float> pulled);
}

/// <summary>A unit for each coordinate; one of unit 0 does not move.</summary>
/// <param name="scale">Row-major [N, k]; may change between trajectories.</param>
/// <param name="dimension">k.</param>
public sealed class DiagonalMetric(float[] scale, int dimension) : IMetric
{
    /// <inheritdoc />
    public void Velocity(int row, ReadOnlySpan<float> momentum, Span<float> velocity)
    {
        for (int i = 0, at = row * dimension; i < dimension; i++, at++) velocity[i] = scale[at] * momentum[i];
    }

    /// <inheritdoc />
    public void Pull(int row, ReadOnlySpan<float> gradient, Span<float> pulled) => Velocity(row, gradient, pulled);
}
