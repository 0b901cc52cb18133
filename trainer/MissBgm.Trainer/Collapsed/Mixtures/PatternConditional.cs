using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>What one Gaussian component says of all rows that miss the same cells: the missing cells' precision and covariance given the observed ones, whatever those are.</summary>
internal sealed class PatternConditional
{
    private double[]? _covariance;

    /// <summary>Factors the precision of the missing cells.</summary>
    /// <param name="component">The component.</param>
    /// <param name="missing">The missing cells' columns, [m].</param>
    public PatternConditional(GaussianComponent component, int[] missing)
    {
        var m = missing.Length;
        (Missing, Precision) = (missing, new double[m * m]);
        for (var a = 0; a < m; a++)
        {
            for (var b = 0; b < m; b++) Precision[a * m + b] = component.Precision[missing[a] * component.Stride + missing[b]];
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

    /// <summary>Its inverse, [m, m]; made when it is first asked for, as rows under a self mask have covariances of their own.</summary>
    public double[] Covariance
    {
        get
        {
            if (_covariance is { } known) return known;
            var covariance = new double[Precision.Length];
            Cholesky.Invert(Factor, Missing.Length, covariance);
            return _covariance = covariance;
        }
    }
}
