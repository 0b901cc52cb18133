namespace MissBgm.Runtime.Numerics;

/// <summary>Levels of a discrete distribution as quantiles of a standard normal number, and back.</summary>
internal static class LevelQuantile
{
    /// <summary>The level at which the cumulated probabilities reach Phi(normal).</summary>
    internal static int Level(ReadOnlySpan<float> logProbabilities, float normal)
    {
        var (uniform, sum) = (StandardNormal.Cdf(normal), 0.0);
        for (var level = 0; level < logProbabilities.Length - 1; level++)
        {
            sum += Math.Exp(logProbabilities[level]);
            if (uniform < sum) return level;
        }

        return logProbabilities.Length - 1;
    }

    /// <summary>A normal number of a level: the quantile of the middle of its probabilities, within -5 and 5.</summary>
    internal static float Normal(ReadOnlySpan<float> logProbabilities, int level)
    {
        var middle = 0.5 * Math.Exp(logProbabilities[level]);
        for (var below = 0; below < level; below++) middle += Math.Exp(logProbabilities[below]);
        return (float)StandardNormal.Quantile(Math.Clamp(middle, 3e-7, 1 - 3e-7));
    }
}
