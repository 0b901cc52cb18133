namespace MissBgm.Runtime.Numerics;

/// <summary>Cholesky factors of small positive definite matrices, row-major.</summary>
internal static class Cholesky
{
    /// <summary>The lower triangular C with A = C C'; a pivot below the rounding of A's trace in float32 is taken as that.</summary>
    internal static void Factor(ReadOnlySpan<float> matrix, Span<double> factor, int d)
    {
        var floor = 0.0;
        for (var i = 0; i < d; i++) floor += 1e-7 * Math.Abs(matrix[i * d + i]);
        for (var i = 0; i < d * d; i++) factor[i] = matrix[i];
        Factor(factor, d, floor);
    }

    /// <summary>Replaces A by the lower triangular C with A = C C' (what is above the diagonal is left as it was).</summary>
    /// <param name="matrix">Symmetric and positive definite, row-major [d, d].</param>
    /// <param name="d">Its size.</param>
    /// <param name="floor">The smallest pivot.</param>
    internal static void Factor(Span<double> matrix, int d, double floor = 0)
    {
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i * d + j];
                for (var k = 0; k < j; k++) sum -= matrix[i * d + k] * matrix[j * d + k];
                matrix[i * d + j] = i == j ? Math.Sqrt(Math.Max(sum, floor)) : sum / matrix[j * d + j];
            }
        }
    }

    /// <summary>x := A^-1 x.</summary>
    internal static void Solve(ReadOnlySpan<double> factor, Span<double> x, int d)
    {
        for (var i = 0; i < d; i++)
        {
            for (var k = 0; k < i; k++) x[i] -= factor[i * d + k] * x[k];
            x[i] /= factor[i * d + i];
        }

        SolveTransposed(factor, x, d);
    }

    /// <summary>x := C'^-1 x: turns standard normal numbers into ones of precision A.</summary>
    internal static void SolveTransposed(ReadOnlySpan<double> factor, Span<double> x, int d)
    {
        for (var i = d - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < d; k++) x[i] -= factor[k * d + i] * x[k];
            x[i] /= factor[i * d + i];
        }
    }
}
