using MathNet.Numerics.Distributions;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Bench.Studies;

/// <summary>Quantile functions of noise of mean 0 and variance 1.</summary>
internal static class NoiseLaws
{
    public static double HalfNormal(double u) => (StandardNormal.Quantile(0.5 + 0.5 * u) - Math.Sqrt(2 / Math.PI)) / Math.Sqrt(1 - 2 / Math.PI);

    public static double StudentT4(double u) => StudentT.InvCDF(0, 1, 4, u) / Math.Sqrt(2);

    public static double Laplace(double u) => (u < 0.5 ? Math.Log(2 * u) : -Math.Log(2 - 2 * u)) / Math.Sqrt(2);

    public static double Uniform(double u) => (u - 0.5) * Math.Sqrt(12);

    public static double Exponential(double u) => -Math.Log(1 - u) - 1;

    // Log-normal of log-s.d. 0.6.
    public static double LogNormal(double u)
    {
        const double Variance = 0.36;
        var mean = Math.Exp(Variance / 2);
        return (Math.Exp(Math.Sqrt(Variance) * StandardNormal.Quantile(u)) - mean) / (mean * Math.Sqrt(Math.Exp(Variance) - 1));
    }

    // Two humps at -0.9 and 0.9.
    public static double TwoHumps(double u)
    {
        var spread = Math.Sqrt(1 - 0.81);
        return u < 0.5 ? -0.9 + spread * StandardNormal.Quantile(2 * u) : 0.9 + spread * StandardNormal.Quantile(2 * u - 1);
    }

    /// <summary>A Gaussian cut off above its quantile of the given probability.</summary>
    public static Func<double, double> Cut(double probability)
    {
        var cut = StandardNormal.Quantile(probability);
        var mills = StandardNormal.InverseMills(cut);
        var (mean, deviation) = (-mills, Math.Sqrt(1 - mills * (mills + cut)));
        return u => (StandardNormal.Quantile(probability * u) - mean) / deviation;
    }
}
