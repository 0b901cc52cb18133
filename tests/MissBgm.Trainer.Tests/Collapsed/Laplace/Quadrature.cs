namespace MissBgm.Trainer.Tests.Collapsed.Laplace;

/// <summary>Integrals over the line by the trapezoid rule, which converges geometrically for smooth integrands that vanish at the ends.</summary>
internal static class Quadrature
{
    private const double End = 14.0;
    private const int Points = 20_000;

    public static double OverLine(Func<double, double> integrand) =>
        Enumerable.Range(0, Points + 1).Sum(i => integrand(-End + 2.0 * End * i / Points)) * 2.0 * End / Points;

    public static double Density(double u) => Math.Exp(-0.5 * u * u) / Math.Sqrt(2.0 * Math.PI);
}
