using MathNet.Numerics.Distributions;

namespace MissBgm.Trainer.Simulation;

/// <summary>A standard normal variable known to lie in its upper tail of a given mass: beyond kappa = Phi^-1(1 - mass).</summary>
/// <param name="mass">The tail's probability, in (0, 1); the benchmark's missing rate.</param>
public sealed class TruncatedNormal(double mass)
{
    private readonly double _hazard = Normal.PDF(0, 1, Normal.InvCDF(0, 1, 1 - mass)) / mass;

    /// <summary>Where the tail begins, kappa (MissBGM Eq. 64).</summary>
    public double Threshold { get; } = mass is > 0 and < 1
        ? Normal.InvCDF(0, 1, 1 - mass)
        : throw new ArgumentOutOfRangeException(nameof(mass), mass, "The tail's mass must lie strictly between 0 and 1.");

    /// <summary>phi(kappa) / (1 - Phi(kappa)).</summary>
    public double Mean => _hazard;

    /// <summary>sqrt(1 + kappa h - h^2), with h the mean.</summary>
    public double StandardDeviation => Math.Sqrt(1 + Threshold * _hazard - _hazard * _hazard);

    /// <summary>The quantile at a level of [0, 1] (MissBGM Eq. 66).</summary>
    public double Quantile(double level) => Normal.InvCDF(0, 1, 1 - mass + level * mass);
}
