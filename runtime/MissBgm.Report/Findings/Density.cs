using MissBgm.Runtime.Diagnostics;

namespace MissBgm.Report.Findings;

/// <summary>Densities on a grid: a Gaussian kernel on binned values, or a histogram.</summary>
internal sealed class Density
{
    private const int Points = 161;
    private const int MostBins = 40;

    // So many possible values have a bin each.
    private const int MostSingles = 16;

    private const int FewestBins = 8;
    private const double Reach = 4;
    private readonly double[] _kernel;
    private readonly double _low, _step;
    private readonly (double? Low, double? High) _bounds;

    private Density(double low, double step, double[] kernel, bool histogram, double[] grid, (double? Low, double? High) bounds = default) =>
        (_low, _step, _kernel, IsHistogram, Grid, _bounds) = (low, step, kernel, histogram, grid, bounds);

    /// <summary>Whether densities are a histogram's steps.</summary>
    internal bool IsHistogram { get; }

    /// <summary>Where densities are given, ascending; the edges of a histogram's bins come twice.</summary>
    internal double[] Grid { get; }

    /// <summary>Chooses a grid and a width for values that are to be compared.</summary>
    /// <param name="reference">The values that say how wide the kernel is, or the bins: those observed, or all where few are. Not empty.</param>
    /// <param name="low">Smallest value there is.</param>
    /// <param name="high">Largest value there is.</param>
    /// <param name="stepped">Whether to draw a histogram: values repeat, as whole numbers, zeros and ceilings do, so that there is no smooth density.</param>
    /// <param name="bounds">Beyond which no value can lie: what a kernel brings beyond is put back (Silverman 1986, section 2.10).</param>
    internal static Density For(double[] reference, double low, double high, bool stepped, (double? Low, double? High) bounds = default)
    {
        if (high <= low) (low, high) = (low - 0.5, high + 0.5);
        var sorted = reference.Order().ToArray();
        var quartiles = Quantile.OfSorted<double>(sorted, 0.75) - Quantile.OfSorted<double>(sorted, 0.25);
        return stepped ? Bins(sorted, quartiles, low, high) : Kernel(sorted, quartiles, low, high, bounds);
    }

    /// <summary>The density of values at each point of the grid.</summary>
    internal double[] Of(IReadOnlyList<double> values)
    {
        if (values.Count == 0) return new double[Grid.Length];
        return IsHistogram ? Steps(values) : Smooth(values);
    }

    // Freedman and Diaconis (1981), with Sturges' number of bins at least; bins are whole multiples of the values' step, so that each holds
    // as many of the values that there could be.
    private static Density Bins(double[] sorted, double quartiles, double low, double high)
    {
        var gaps = sorted.Zip(sorted.Skip(1), (a, b) => b - a).Where(gap => gap > 1e-9 * (high - low)).ToArray();
        var least = gaps.Length == 0 ? high - low : gaps.Min();
        var widest = (high - low) / Math.Max(FewestBins, 1 + Math.Ceiling(Math.Log2(sorted.Length)));
        var width = Math.Clamp(2 * quartiles / Math.Cbrt(sorted.Length), (high - low) / MostBins, widest);
        var step = (high - low) / least + 1 <= MostSingles ? least : least * Math.Max(1, Math.Round(width / least));
        var bins = (int)Math.Ceiling((high - low + least) / step - 1e-6);
        var start = low - least / 2;
        return new Density(start, step, [], true, [.. Enumerable.Range(0, bins).SelectMany(i => new[] { start + i * step, start + (i + 1) * step })]);
    }

    // Silverman's rule (1986), as R's bw.nrd0.
    private static Density Kernel(double[] sorted, double quartiles, double low, double high, (double? Low, double? High) bounds)
    {
        var mean = sorted.Average();
        var deviation = Math.Sqrt(sorted.Sum(x => (x - mean) * (x - mean)) / Math.Max(1, sorted.Length - 1));
        var spread = quartiles > 0 ? Math.Min(deviation, quartiles / 1.34) : deviation;
        var width = 0.9 * (spread > 0 ? spread : (high - low) / 4) * Math.Pow(sorted.Length, -0.2);
        (low, high) = (Math.Max(low - 2 * width, bounds.Low ?? double.NegativeInfinity), Math.Min(high + 2 * width, bounds.High ?? double.PositiveInfinity));
        bounds = (low == bounds.Low ? low : null, high == bounds.High ? high : null);
        var step = (high - low) / (Points - 1);
        var half = Math.Min(Points - 1, (int)Math.Ceiling(Reach * width / step));
        var kernel = Enumerable.Range(-half, 2 * half + 1)
            .Select(i => Math.Exp(-0.5 * (i * step / width) * (i * step / width)) / (width * Math.Sqrt(2 * Math.PI))).ToArray();
        return new Density(low, step, kernel, false, [.. Enumerable.Range(0, Points).Select(i => low + i * step)], bounds);
    }

    private double[] Smooth(IReadOnlyList<double> values)
    {
        var (density, half) = (new double[Points], _kernel.Length / 2);
        var weights = new double[Points];
        foreach (var value in values)
        {
            // A value's weight is shared by the two points of the grid beside it; what lies outside of the grid is not shown.
            var place = (value - _low) / _step;
            if (place < -1e-6 || place > Points - 1 + 1e-6) continue;
            place = Math.Clamp(place, 0, Points - 1);
            var left = Math.Min((int)place, Points - 2);
            weights[left] += 1 - (place - left);
            weights[left + 1] += place - left;
        }

        for (var i = 0; i < Points; i++)
        {
            if (weights[i] == 0) continue;
            for (var j = i - half; j <= i + half; j++)
            {
                var mass = weights[i] * _kernel[j - i + half] / values.Count;
                if (j is >= 0 and < Points) density[j] += mass;
                if (j <= 0 && -j < Points && _bounds.Low is not null) density[-j] += mass;
                if (j >= Points - 1 && 2 * (Points - 1) - j >= 0 && _bounds.High is not null) density[2 * (Points - 1) - j] += mass;
            }
        }

        return density;
    }

    private double[] Steps(IReadOnlyList<double> values)
    {
        var counts = new double[Grid.Length / 2];
        foreach (var value in values)
        {
            if ((value - _low) / _step is >= 0 and var place && place < counts.Length) counts[(int)place]++;
        }

        return [.. counts.SelectMany(count => Enumerable.Repeat(count / values.Count / _step, 2))];
    }
}
