namespace MissBgm.Runtime.Sampling;

/// <summary>
/// Each cell's mean and standard deviation given where the chains stand, in closed form: averaged over draws they are Rao-Blackwell
/// estimates.
/// </summary>
/// <param name="Mean">Row-major [N, p].</param>
/// <param name="StandardDeviation">Row-major [N, p].</param>
internal sealed record ConditionalMoments(float[] Mean, float[] StandardDeviation);
