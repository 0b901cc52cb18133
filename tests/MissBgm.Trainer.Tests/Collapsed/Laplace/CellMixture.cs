using System.Numerics;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Tests.Collapsed.Laplace;

/// <summary>
/// One missing cell's law: over the draws of z, a mixture of its closed-form laws given z. Moments are exact given the draws; quantiles come
/// from one point per draw, x = mu + sigma (rho delta + w xi), with delta and xi stratified over the draws in different scrambled orders (a Latin
/// hypercube), so that K points leave an error far below that of K independent draws.
/// </summary>
internal sealed class CellMixture
{
    private readonly int _components;
    private readonly int _lattice;
    private readonly double[] _noise;
    private readonly double[] _mean;
    private readonly double[] _threshold;
    private readonly double[] _points;

    /// <summary>Room for K components, K a power of two and at least one whole vector.</summary>
    public CellMixture(int components)
    {
        _components = components;
        (_mean, _threshold, _points, _noise) = (new double[components], new double[components], new double[components], new double[components]);
        // The odd number next to K / golden ratio: i -> (i, lattice i mod K) is then a good two-dimensional lattice.
        _lattice = (int)(0.6180339887 * components) | 1;
        for (var i = 0; i < components; i++) _noise[i] = StandardNormal.Quantile((i + 0.5) / components);
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
        for (var i = 0; i < _components; i++) (_mean[i], _threshold[i]) = (means[i * stride + column], thresholds[i * stride + column]);
        var w = Math.Sqrt(1.0 - rho * rho);
        // Odd multipliers permute 0 .. K-1 modulo K, a power of two.
        var order = 2 * (int)(scramble * _components) + 1;
        var noiseOrder = order * _lattice;
        var (first, second) = (Vector<double>.Zero, Vector<double>.Zero);
        Span<double> stratum = stackalloc double[Vector<double>.Count];
        Span<double> xi = stackalloc double[Vector<double>.Count];
        for (var i = 0; i < _components; i += Vector<double>.Count)
        {
            for (var lane = 0; lane < stratum.Length; lane++)
            {
                stratum[lane] = (((i + lane) * order & (_components - 1)) + jitter) / _components;
                xi[lane] = _noise[(i + lane) * noiseOrder & (_components - 1)];
            }

            var mu = new Vector<double>(_mean, i);
            var t = new Vector<double>(_threshold, i);
            StandardNormal.LogCdfAndMills(-t, out var logMissing, out var hazard);
            var conditional = mu - hazard * (sigma * rho);
            first += conditional;
            second += conditional * conditional + (Vector<double>.One - hazard * (hazard - t) * (rho * rho)) * (sigma * sigma);
            var delta = rho == 0.0 ? Vector<double>.Zero : StandardNormal.QuantileOfLog(Vector.Log(new Vector<double>(stratum)) + logMissing);
            (mu + (delta * rho + new Vector<double>(xi) * w) * sigma).CopyTo(_points, i);
        }

        Mean = Vector.Sum(first) / _components;
        StandardDeviation = Math.Sqrt(Math.Max(0.0, Vector.Sum(second) / _components - Mean * Mean));
        Array.Sort(_points);
    }

    /// <summary>Interpolated between the points, the i-th of which stands at (i + 1/2) / K.</summary>
    public double Quantile(double probability)
    {
        var position = Math.Clamp(probability * _components - 0.5, 0.0, _components - 1.0);
        var below = Math.Min((int)position, _components - 2);
        return _points[below] + (position - below) * (_points[below + 1] - _points[below]);
    }
}
