using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Tests.Sampling;

/// <summary>A density written in C#, the same for all rows.</summary>
internal sealed class RowDensity(int rows, int dimension, Func<float[], (double LogDensity, double[] Gradient)> function) : IBatchDensity
{
    public int Rows { get; } = rows;

    public int Dimension { get; } = dimension;

    public float[] Position { get; } = new float[rows * dimension];

    public float[] LogDensity { get; } = new float[rows];

    public float[] Gradient { get; } = new float[rows * dimension];

    public void Evaluate()
    {
        for (var row = 0; row < Rows; row++)
        {
            var (value, gradient) = function(Position[(row * Dimension)..((row + 1) * Dimension)]);
            LogDensity[row] = (float)value;
            for (var i = 0; i < Dimension; i++) Gradient[row * Dimension + i] = (float)gradient[i];
        }
    }
}

internal static class Densities
{
    /// <summary>A zero-mean normal distribution with the given precision matrix.</summary>
    internal static RowDensity Normal(int rows, double[,] precision)
    {
        var k = precision.GetLength(0);
        return new RowDensity(rows, k, q =>
        {
            var gradient = new double[k];
            for (var i = 0; i < k; i++)
            {
                for (var j = 0; j < k; j++) gradient[i] -= precision[i, j] * q[j];
            }

            return (0.5 * Enumerable.Range(0, k).Sum(i => q[i] * gradient[i]), gradient);
        });
    }
}
