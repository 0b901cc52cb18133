using System.Numerics;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Selection;

/// <summary>
/// One missing cell's law: over the draws of z, a mixture of its closed-form laws given z. Moments are exact given the draws; quantiles come
/// from one point per draw, x = mu + sigma (rho delta + w xi), with delta and xi stratified over the draws in different scrambled orders (a Latin
/// hypercube), so that K points leave an error far below that of K independent draws.
/// </summary>
internal sealed class CellMixture
{
    // Far from small rational multiples of the powers of two in use, so that the second order is unlike the first.
    private const int NoiseMultiplier = 0x9E3779B1 & 0x7FFF;

    private readonly int components;
    private readonly double[] noise;
    private readonly double[] mean;
    private readonly double[] threshold;
    private readonly double[] points;

    /// <summary>Room for K components, K a power of two and at least one whole vector.</summary>
    public CellMixture(int components)
    {
        this.components = components;
        (mean, threshold, points, noise) = (new double[components], new double[components], new double[components], new double[components]);
        for (var i = 0; i < components; i++) noise[i] = StandardNormal.Quantile((i + 0.5) / components);
    }

    /// <summary>Rao-Blackwellised mean.</summary>
    public double Mean { get; private set; }

    /// <summary>Rao-Blackwellised standard deviation.</summary>
    public double StandardDeviation { get; private set; }

    /// <summary>Sets the cell.</summary>
    /// <param name="means">mu of every draw, [K, S].</param>
    /// <param name="thresholds">t of every draw, [K, S].</param>
    /// <param name="stride">S.</param>
    /// <param name="column">j.</param>
    /// <param name="sigma">sigma_j.</param>
    /// <param name="rho">rho_j.</param>
    /// <param name="scramble">Uniform that picks the order of the strata.</param>
    /// <param name="jitter">Uniform that places the point within each stratum of delta.</param>
    public void Fill(double[] means, double[] thresholds, int stride, int column, double sigma, double rho, double scramble, double jitter)
    {
        for (var i = 0; i < components; i++) (mean[i], threshold[i]) = (means[i * stride + column], thresholds[i * stride + column]);
        var w = Math.Sqrt(1.0 - rho * rho);
        // Odd multipliers permute 0 .. K-1 modulo K, a power of two.
        var order = 2 * (int)(scramble * components) + 1;
        var noiseOrder = NoiseMultiplier;
        var (first, second) = (Vector<double>.Zero, Vector<double>.Zero);
        Span<double> stratum = stackalloc double[Vector<double>.Count];
        Span<double> xi = stackalloc double[Vector<double>.Count];
        for (var i = 0; i < components; i += Vector<double>.Count)
        {
            for (var lane = 0; lane < stratum.Length; lane++)
            {
                stratum[lane] = (((i + lane) * order & (components - 1)) + jitter) / components;
                xi[lane] = noise[(i + lane) * noiseOrder & (components - 1)];
            }

            var mu = new Vector<double>(mean, i);
            var t = new Vector<double>(threshold, i);
            StandardNormal.LogCdfAndMills(-t, out var logMissing, out var hazard);
            var conditional = mu - hazard * (sigma * rho);
            first += conditional;
            second += conditional * conditional + (Vector<double>.One - hazard * (hazard - t) * (rho * rho)) * (sigma * sigma);
            var delta = rho == 0.0 ? Vector<double>.Zero : StandardNormal.QuantileOfLog(Vector.Log(new Vector<double>(stratum)) + logMissing);
            (mu + (delta * rho + new Vector<double>(xi) * w) * sigma).CopyTo(points, i);
        }

        Mean = Vector.Sum(first) / components;
        StandardDeviation = Math.Sqrt(Math.Max(0.0, Vector.Sum(second) / components - Mean * Mean));
        Array.Sort(points);
    }

    /// <summary>Interpolated between the points, the i-th of which stands at (i + 1/2) / K.</summary>
    public double Quantile(double probability)
    {
        var position = Math.Clamp(probability * components - 0.5, 0.0, components - 1.0);
        var below = Math.Min((int)position, components - 2);
        return points[below] + (position - below) * (points[below + 1] - points[below]);
    }
}
