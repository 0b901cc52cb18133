using System.Numerics;

namespace MissBgm.Runtime.Numerics;

/// <summary>Cholesky factors of small positive definite matrices, row-major, in place.</summary>
internal static class Cholesky
{
    // From here on rows are worked on by vectors; shorter ones gain nothing by it.
    private const int ManyColumns = 12;

    /// <summary>The lower triangular C with A = C C'; a pivot below the rounding of A's trace in float32 is taken as that.</summary>
    internal static void Factor(ReadOnlySpan<float> matrix, Span<double> factor, int d)
    {
        var floor = 0.0;
        for (var i = 0; i < d; i++) floor += 1e-7 * Math.Abs(matrix[i * d + i]);
        for (var i = 0; i < d * d; i++) factor[i] = matrix[i];
        Factor(factor, d, floor);
    }

    /// <summary>Replaces A by the lower triangular C with A = C C' (what is above the diagonal is left as it was).</summary>
    /// <param name="matrix">Symmetric, row-major [d, d].</param>
    /// <param name="d">Its size.</param>
    /// <param name="floor">The smallest pivot.</param>
    /// <returns>Whether A is positive definite; where it is not, the factor ends at the row that shows it.</returns>
    internal static bool Factor(Span<double> matrix, int d, double floor = 0)
    {
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i * d + j];
                if (j >= ManyColumns) sum -= Dot(matrix.Slice(i * d, j), matrix.Slice(j * d, j));
                else for (var k = 0; k < j; k++) sum -= matrix[i * d + k] * matrix[j * d + k];
                if (i != j) matrix[i * d + j] = sum / matrix[j * d + j];
                else if (Math.Max(sum, floor) is > 0 and < double.PositiveInfinity and var pivot) matrix[i * d + i] = Math.Sqrt(pivot);
                else return false;
            }
        }

        return true;
    }

    /// <summary>x := A^-1 x.</summary>
    internal static void Solve(ReadOnlySpan<double> factor, int d, Span<double> x)
    {
        SolveLower(factor, d, x);
        SolveTransposed(factor, d, x);
    }

    /// <summary>x := C^-1 x.</summary>
    internal static void SolveLower(ReadOnlySpan<double> factor, int d, Span<double> x)
    {
        for (var i = 0; i < d; i++)
        {
            for (var k = 0; k < i; k++) x[i] -= factor[i * d + k] * x[k];
            x[i] /= factor[i * d + i];
        }
    }

    /// <summary>x := C'^-1 x: turns standard normal numbers into ones of precision A.</summary>
    internal static void SolveTransposed(ReadOnlySpan<double> factor, int d, Span<double> x)
    {
        for (var i = d - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < d; k++) x[i] -= factor[k * d + i] * x[k];
            x[i] /= factor[i * d + i];
        }
    }

    /// <summary>A^-1, full and symmetric.</summary>
    internal static void Invert(ReadOnlySpan<double> factor, int d, Span<double> inverse)
    {
        if (d > ManyColumns)
        {
            InvertByRows(factor, d, inverse);
            return;
        }

        // C^-1, lower triangular, column by column.
        for (var j = 0; j < d; j++)
        {
            inverse[j * d + j] = 1.0 / factor[j * d + j];
            for (var i = j + 1; i < d; i++)
            {
                var sum = 0.0;
                for (var k = j; k < i; k++) sum += factor[i * d + k] * inverse[k * d + j];
                inverse[i * d + j] = -sum / factor[i * d + i];
            }
        }

        // A^-1 = C'^-1 C^-1 in its place: row a is the last that row a of C^-1 is needed for.
        for (var a = 0; a < d; a++)
        {
            for (var b = 0; b <= a; b++)
            {
                var sum = 0.0;
                for (var k = a; k < d; k++) sum += inverse[k * d + a] * inverse[k * d + b];
                inverse[a * d + b] = inverse[b * d + a] = sum;
            }
        }
    }

    // The same from row to row.
    private static void InvertByRows(ReadOnlySpan<double> factor, int d, Span<double> inverse)
    {
        for (var i = 0; i < d; i++)
        {
            var pivot = 1.0 / factor[i * d + i];
            var row = inverse.Slice(i * d, i);
            row.Clear();
            for (var k = 0; k < i; k++) AddScaled(inverse.Slice(k * d, k + 1), -pivot * factor[i * d + k], row);
            inverse[i * d + i] = pivot;
        }

        var own = new double[d];
        for (var a = 0; a < d; a++)
        {
            Array.Clear(own);
            for (var k = a; k < d; k++) AddScaled(inverse.Slice(k * d, a + 1), inverse[k * d + a], own);
            for (var b = 0; b <= a; b++) inverse[a * d + b] = inverse[b * d + a] = own[b];
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var (products, sum, j) = (Vector<double>.Zero, 0.0, 0);
        for (; j <= a.Length - Vector<double>.Count; j += Vector<double>.Count) products += new Vector<double>(a[j..]) * new Vector<double>(b[j..]);
        for (; j < a.Length; j++) sum += a[j] * b[j];
        return sum + Vector.Sum(products);
    }

    private static void AddScaled(ReadOnlySpan<double> source, double factor, Span<double> destination)
    {
        var (scale, j) = (new Vector<double>(factor), 0);
        for (; j <= source.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            (new Vector<double>(destination[j..]) + scale * new Vector<double>(source[j..])).CopyTo(destination[j..]);
        }

        for (; j < source.Length; j++) destination[j] += factor * source[j];
    }

    /// <summary>log det A.</summary>
    internal static double LogDeterminant(ReadOnlySpan<double> factor, int d)
    {
        var sum = 0.0;
        for (var i = 0; i < d; i++) sum += Math.Log(factor[i * d + i]);
        return 2.0 * sum;
    }
}
