using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>
/// What one Gaussian component says of all rows that miss the same cells: the missing cells' precision and covariance given
/// the observed ones, whatever those are.
/// </summary>
internal sealed class PatternConditional
{
    private readonly int _stride;
    private double[]? _covariance;

    /// <summary>Factors the precision of the missing cells.</summary>
    /// <param name="component">The component.</param>
    /// <param name="missing">The missing cells' columns, [m].</param>
    public PatternConditional(GaussianComponent component, int[] missing)
    {
        var m = missing.Length;
        (_stride, Missing, Precision) = (component.Stride, missing, new double[m * m]);
        for (var a = 0; a < m; a++)
        {
            for (var b = 0; b < m; b++) Precision[a * m + b] = component.Precision[missing[a] * _stride + missing[b]];
        }

        Factor = (double[])Precision.Clone();
        Cholesky.Factor(Factor, m);
        LogDeterminant = Cholesky.LogDeterminant(Factor, m);
    }

    /// <summary>The missing cells' columns, [m].</summary>
    public int[] Missing { get; }

    /// <summary>P_mm, row-major [m, m].</summary>
    public double[] Precision { get; }

    /// <summary>Its Cholesky factor, [m, m].</summary>
    public double[] Factor { get; }

    /// <summary>log det P_mm.</summary>
    public double LogDeterminant { get; }

    /// <summary>
    /// The inverse of P_mm, each missing cell's row spread over the table's columns, [m, S]; made when it is first asked for, as rows
    /// under a self mask have covariances of their own.
    /// </summary>
    public double[] Covariance
    {
        get
        {
            if (_covariance is { } known) return known;
            var covariance = new double[Missing.Length * _stride];
            Spread(Factor, Missing, _stride, covariance);
            return _covariance = covariance;
        }
    }

    /// <summary>The inverse of a matrix between missing cells, its rows spread over the table's columns.</summary>
    /// <param name="factor">The matrix's Cholesky factor, [m, m].</param>
    /// <param name="missing">The missing cells' columns, [m].</param>
    /// <param name="stride">Padded columns, S.</param>
    /// <param name="spread">[m, S].</param>
    public static void Spread(ReadOnlySpan<double> factor, int[] missing, int stride, Span<double> spread)
    {
        var m = missing.Length;
        var inverse = new double[m * m];
        Cholesky.Invert(factor, m, inverse);
        spread.Clear();
        for (var a = 0; a < m; a++)
        {
            for (var b = 0; b < m; b++) spread[a * stride + missing[b]] = inverse[a * m + b];
        }
    }
}
