using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Sampling;

/// <summary>
/// A dense metric for the first d coordinates (z) and units of 0 or 1 for the rest (standardised missing values; observed cells do not
/// move).
/// </summary>
internal sealed class BlockMetric : IMetric
{
    private readonly int _dense;
    private readonly int _tableRows;
    private readonly float[] _factors;
    private readonly float[] _units;
    private readonly int _others;

    /// <summary>Builds the metric from precision matrices.</summary>
    /// <param name="precisions">A symmetric positive definite d x d matrix for each table row, row-major [rows, d, d].</param>
    /// <param name="dense">d.</param>
    /// <param name="units">Units of the other coordinates, row-major [N, others].</param>
    /// <param name="stacked">N: the table rows repeat, chain after chain.</param>
    internal BlockMetric(double[] precisions, int dense, float[] units, int stacked)
    {
        (_dense, _units, _others) = (dense, units, units.Length / stacked);
        _tableRows = precisions.Length / (dense * dense);
        _factors = new float[precisions.Length];
        for (var row = 0; row < _tableRows; row++)
        {
            var (start, size) = (row * dense * dense, dense * dense);
            InverseFactor(precisions.AsSpan(start, size), _factors.AsSpan(start, size), dense);
        }
    }

    public void Velocity(int row, ReadOnlySpan<float> momentum, Span<float> velocity)
    {
        var factor = Factor(row);
        // L is upper triangular.
        for (var i = 0; i < _dense; i++)
        {
            var sum = 0f;
            for (var j = i; j < _dense; j++) sum += factor[i * _dense + j] * momentum[j];
            velocity[i] = sum;
        }

        Others(row, momentum, velocity);
    }

    public void Pull(int row, ReadOnlySpan<float> gradient, Span<float> pulled)
    {
        var factor = Factor(row);
        for (var i = 0; i < _dense; i++)
        {
            var sum = 0f;
            for (var j = 0; j <= i; j++) sum += factor[j * _dense + i] * gradient[j];
            pulled[i] = sum;
        }

        Others(row, gradient, pulled);
    }

    private void Others(int row, ReadOnlySpan<float> from, Span<float> to)
    {
        var units = _units.AsSpan(row * _others, _others);
        for (var i = 0; i < _others; i++) to[_dense + i] = units[i] * from[_dense + i];
    }

    private ReadOnlySpan<float> Factor(int row) => _factors.AsSpan(row % _tableRows * _dense * _dense, _dense * _dense);

    // Precision = C C' (Cholesky); L = C'^-1 has L L' = precision^-1.
    private static void InverseFactor(ReadOnlySpan<double> precision, Span<float> factor, int d)
    {
        var c = precision.ToArray();
        Cholesky.Factor(c, d);

        // Column by column, C y = e; y is a row of C'^-1.
        var y = new double[d];
        for (var column = 0; column < d; column++)
        {
            Array.Clear(y);
            y[column] = 1.0;
            Cholesky.SolveLower(c, d, y);
            for (var i = column; i < d; i++) factor[column * d + i] = (float)y[i];
        }
    }
}
