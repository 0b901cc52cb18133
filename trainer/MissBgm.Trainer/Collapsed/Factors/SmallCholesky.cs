namespace MissBgm.Trainer.Collapsed.Factors;

/// <summary>Cholesky factors of the d x d matrices of one row or column (d about 5), in place on row-major spans.</summary>
internal static class SmallCholesky
{
    /// <summary>Replaces the lower triangle of a symmetric matrix by its factor L, A = L L'. False when A is not positive definite.</summary>
    public static bool Factor(Span<double> a, int d)
    {
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[i * d + j];
                for (var k = 0; k < j; k++) sum -= a[i * d + k] * a[j * d + k];
                if (i != j) a[i * d + j] = sum / a[j * d + j];
                else if (sum > 0.0 && double.IsFinite(sum)) a[i * d + i] = Math.Sqrt(sum);
                else return false;
            }
        }

        return true;
    }

    /// <summary>x := A^-1 x.</summary>
    public static void Solve(ReadOnlySpan<double> factor, int d, Span<double> x)
    {
        for (var i = 0; i < d; i++)
        {
            for (var k = 0; k < i; k++) x[i] -= factor[i * d + k] * x[k];
            x[i] /= factor[i * d + i];
        }

        SolveTransposed(factor, d, x);
    }

    /// <summary>x := L'^-1 x: turns standard normals into draws with precision A.</summary>
    public static void SolveTransposed(ReadOnlySpan<double> factor, int d, Span<double> x)
    {
        for (var i = d - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < d; k++) x[i] -= factor[k * d + i] * x[k];
            x[i] /= factor[i * d + i];
        }
    }

    /// <summary>A^-1 from the factor, full and symmetric.</summary>
    public static void Invert(ReadOnlySpan<double> factor, int d, Span<double> inverse)
    {
        inverse[..(d * d)].Clear();
        for (var j = 0; j < d; j++)
        {
            var column = inverse.Slice(j * d, d);
            column[j] = 1.0;
            Solve(factor, d, column);
        }
    }

    /// <summary>log det A.</summary>
    public static double LogDeterminant(ReadOnlySpan<double> factor, int d)
    {
        var sum = 0.0;
        for (var i = 0; i < d; i++) sum += Math.Log(factor[i * d + i]);
        return 2.0 * sum;
    }
}
