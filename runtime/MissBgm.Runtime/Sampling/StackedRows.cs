using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Sampling;

/// <summary>
/// Several chains of several table rows stacked as the rows of one batch, chain after chain. Their noise is keyed by chain, absolute row
/// and step, so that it does not depend on how rows are batched.
/// </summary>
/// <param name="random">The run's random numbers.</param>
/// <param name="rows">Absolute indices of the table rows.</param>
/// <param name="chains">Chains of each.</param>
internal sealed class StackedRows(Philox random, int[] rows, int chains)
{
    /// <summary>Rows of the batch, N.</summary>
    internal int Count => rows.Length * chains;

    /// <summary>The run's random numbers.</summary>
    internal Philox Random => random;

    /// <summary>Number of chains.</summary>
    internal int Chains => chains;

    /// <summary>The table row that a row of the batch belongs to.</summary>
    internal int TableRow(int stacked) => rows[stacked % rows.Length];

    /// <summary>
    /// Leapfrog steps of a sweep, the same for all rows: uniform within half of the mean. A fixed length resonates with targets that are
    /// near normal, whose trajectories then return to where they began (Neal 2011, Section 5.3.2).
    /// </summary>
    internal int LeapfrogSteps(int mean, long step)
    {
        Span<float> uniform = stackalloc float[1];
        random.Uniforms(uniform, RandomPurpose.TrajectoryLength, 0, 0, step);
        var spread = mean / 2;
        return mean - spread + (int)(uniform[0] * (2 * spread + 1));
    }

    /// <summary>Fills row-major [N, k] with standard normal numbers.</summary>
    internal void Normals(float[] destination, RandomPurpose purpose, long step)
    {
        var width = destination.Length / Count;
        for (var i = 0; i < Count; i++) random.Normals(destination.AsSpan(i * width, width), purpose, i / rows.Length, TableRow(i), step);
    }

    /// <summary>Fills row-major [N, k], or [N], with uniform numbers.</summary>
    internal void Uniforms(Span<float> destination, RandomPurpose purpose, long step)
    {
        var width = destination.Length / Count;
        for (var i = 0; i < Count; i++) random.Uniforms(destination.Slice(i * width, width), purpose, i / rows.Length, TableRow(i), step);
    }

    /// <summary>Refuses log densities that are not finite, [N].</summary>
    /// <exception cref="NumericalException">One is not; the message names its table row.</exception>
    internal void RequireFinite(double[] logDensity, string what)
    {
        var fault = Array.FindIndex(logDensity, value => !double.IsFinite(value));
        if (fault >= 0)
        {
            throw new NumericalException(
                $"Data row {TableRow(fault)}: the log density of the {what} is {logDensity[fault]}. The row's values may be far from "
                + "all the model was fitted to; check them, or fit again.");
        }
    }
}
