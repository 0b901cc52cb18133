using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>One component of a Gaussian mixture, with what its conditionals need.</summary>
internal sealed class GaussianComponent
{
    /// <summary>A component.</summary>
    /// <param name="weight">Its share of the rows.</param>
    /// <param name="mean">[p].</param>
    /// <param name="covariance">Positive definite, row-major [p, p].</param>
    public GaussianComponent(double weight, double[] mean, double[] covariance)
    {
        var p = mean.Length;
        (Mean, Covariance, LogWeight, Stride) = (mean, covariance, Math.Log(weight), MaskedMatrix.PaddedWidth(p));
        var factor = (double[])covariance.Clone();
        var inverse = new double[p * p];
        IsDefinite = Cholesky.Factor(factor, p);
        Cholesky.Invert(factor, p, inverse);
        LogDeterminant = Cholesky.LogDeterminant(factor, p);
        Precision = new double[p * Stride];
        for (var i = 0; i < p; i++) inverse.AsSpan(i * p, p).CopyTo(Precision.AsSpan(i * Stride));
    }

    public double[] Mean { get; }

    public double[] Covariance { get; }

    /// <summary>Inverse of the covariance, rows padded, [p, S].</summary>
    public double[] Precision { get; }

    /// <summary>log det of the covariance.</summary>
    public double LogDeterminant { get; }

    public double LogWeight { get; }

    /// <summary>Padded columns, S.</summary>
    public int Stride { get; }

    /// <summary>Whether the covariance has a Cholesky factor.</summary>
    public bool IsDefinite { get; }
}
