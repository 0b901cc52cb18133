using MathNet.Numerics.Distributions;

namespace MissBgm.Runtime.Diagnostics;

/// <summary>
/// Convergence diagnostics of one quantity's draws: rank-normalised split R-hat and effective sample sizes (Vehtari, Gelman, Simpson, Carpenter,
/// Bürkner 2021, as ArviZ computes them). One instance serves many quantities of the same number of chains and draws; it is not thread-safe.
/// </summary>
public sealed class Convergence
{
    private readonly int _chains;
    private readonly int _half;
    private readonly double[] _scoreOfHalfRank;
    private readonly double[] _split;
    private readonly double[] _scores;
    private readonly double[] _sorted;
    private readonly int[] _order;
    private readonly double[] _deviations;
    private readonly int[] _deviationOrder;

    /// <summary>Prepares for quantities of a given size.</summary>
    /// <param name="chains">Number of chains, at least 1.</param>
    /// <param name="draws">Draws of each chain; below 4 every diagnostic is NaN.</param>
    public Convergence(int chains, int draws)
    {
        _chains = chains;
        _half = draws / 2;
        var count = 2 * chains * _half;
        _split = new double[count];
        _scores = new double[count];
        _sorted = new double[count];
        _order = new int[count];
        _deviations = new double[count];
        _deviationOrder = new int[count];
        // Normal scores of the ranks 1, 1.5, 2, ... (halves arise from ties), with Blom's offset 3/8.
        _scoreOfHalfRank = new double[2 * count + 1];
        for (var i = 2; i < _scoreOfHalfRank.Length; i++) _scoreOfHalfRank[i] = Normal.InvCDF(0, 1, (i / 2.0 - 0.375) / (count + 0.25));
    }

    /// <summary>R-hat and effective sample sizes of one quantity.</summary>
    /// <param name="draws">Chain after chain, [chains, draws].</param>
    public ConvergenceSummary Summarise(ReadOnlySpan<float> draws)
    {
        if (_half < 2) return new ConvergenceSummary(double.NaN, double.NaN, double.NaN);
        Prepare(draws);
        // What is drawn alike every time has converged.
        if (_sorted[0] == _sorted[^1]) return new ConvergenceSummary(1, _split.Length, _split.Length);
        var folded = FoldedRHat();
        RankNormalise(_sorted, _order);
        var (location, bulk) = (SplitRHat(_scores), EffectiveSampleSize(_scores));
        var tail = Math.Min(TailEffectiveSampleSize(draws, 0.05), TailEffectiveSampleSize(draws, 0.95));
        return new ConvergenceSummary(Math.Max(location, folded), bulk, tail);
    }

    /// <summary>R-hat alone; NaN for fewer than four draws.</summary>
    /// <param name="draws">Chain after chain, [chains, draws].</param>
    public double RHat(ReadOnlySpan<float> draws)
    {
        if (_half < 2) return double.NaN;
        Prepare(draws);
        var folded = FoldedRHat();
        RankNormalise(_sorted, _order);
        return Math.Max(SplitRHat(_scores), folded);
    }

    private void Prepare(ReadOnlySpan<float> draws)
    {
        Split(draws);
        _split.CopyTo(_sorted, 0);
        for (var i = 0; i < _order.Length; i++) _order[i] = i;
        Array.Sort(_sorted, _order);
    }

    // Of the distances from the median; sorted by walking outwards from it.
    private double FoldedRHat()
    {
        var median = Quantile.OfSorted(_sorted, 0.5);
        var above = Array.BinarySearch(_sorted, median);
        if (above < 0) above = ~above;
        var below = above - 1;
        for (var i = 0; i < _deviations.Length; i++)
        {
            var next = below < 0 || (above < _sorted.Length && _sorted[above] - median < median - _sorted[below]) ? above++ : below--;
            (_deviations[i], _deviationOrder[i]) = (Math.Abs(_sorted[next] - median), _order[next]);
        }

        RankNormalise(_deviations, _deviationOrder);
        return SplitRHat(_scores);
    }

    /// <summary>
    /// R-hat and effective sample size of levels: of the most frequent one being drawn, which has no tails. A level that is always drawn
    /// has converged, R-hat 1.
    /// </summary>
    /// <param name="levels">Levels' numbers, chain after chain, [chains, draws].</param>
    public ConvergenceSummary SummariseLevels(ReadOnlySpan<float> levels)
    {
        if (_half < 2) return new ConvergenceSummary(double.NaN, double.NaN, double.NaN);
        var counts = new SortedDictionary<float, int>();
        foreach (var level in levels) counts[level] = counts.GetValueOrDefault(level) + 1;
        var most = counts.MaxBy(pair => pair.Value).Key;
        Split(levels);
        // Ranks would only rescale two values.
        for (var i = 0; i < _split.Length; i++) _scores[i] = _split[i] == most ? 1 : 0;
        if (_scores.Max() == _scores.Min()) return new ConvergenceSummary(1, _split.Length, _split.Length);
        var size = EffectiveSampleSize(_scores);
        return new ConvergenceSummary(SplitRHat(_scores), size, size);
    }

    private double TailEffectiveSampleSize(ReadOnlySpan<float> draws, double probability)
    {
        // The quantile is of all draws, the middle one of an odd number included.
        var threshold = Quantile.OfSorted(draws.Length == _sorted.Length ? _sorted : Sorted(draws), probability);
        for (var i = 0; i < _scores.Length; i++) _scores[i] = _split[i] <= threshold ? 1 : 0;
        return EffectiveSampleSize(_scores);
    }

    // Each chain's first and last half become chains of their own: [2 chains, half].
    private void Split(ReadOnlySpan<float> draws)
    {
        var length = draws.Length / _chains;
        for (var chain = 0; chain < _chains; chain++)
        {
            for (var i = 0; i < _half; i++)
            {
                _split[2 * chain * _half + i] = draws[chain * length + i];
                _split[(2 * chain + 1) * _half + i] = draws[(chain + 1) * length - _half + i];
            }
        }
    }

    // Scores of ascending keys, put where the keys came from.
    private void RankNormalise(double[] keys, int[] order)
    {
        for (int first = 0, next; first < keys.Length; first = next)
        {
            next = first + 1;
            while (next < keys.Length && keys[next] == keys[first]) next++;
            // Ties share the mean of ranks first + 1 .. next.
            for (var i = first; i < next; i++) _scores[order[i]] = _scoreOfHalfRank[first + 1 + next];
        }
    }

    private double SplitRHat(double[] values)
    {
        var (means, variances) = Moments(values);
        var within = variances.Average();
        var between = _half * Variance(means);
        return Math.Sqrt((between / within + _half - 1) / _half);
    }

    private double EffectiveSampleSize(double[] values)
    {
        if (values.Max() - values.Min() < 1e-15) return values.Length;
        var (means, variances) = Moments(values);
        var within = variances.Average();
        var total = within * (_half - 1) / _half + Variance(means);
        var size = values.Length / Math.Max(IntegratedTime(values, means, within, total), 1 / Math.Log10(values.Length));
        return size;
    }

    // 1 + 2 sum of autocorrelations, by Geyer's initial positive and monotone sequences.
    private double IntegratedTime(double[] values, double[] means, double within, double total)
    {
        double Rho(int lag) => 1 - (within - MeanAutocovariance(values, means, lag)) / total;
        var rho = new List<double> { 1, Rho(1) };
        var (even, odd) = (1.0, rho[1]);
        var t = 1;
        for (; t < _half - 3 && even + odd > 0; t += 2)
        {
            (even, odd) = (Rho(t + 1), Rho(t + 2));
            var kept = even + odd >= 0;
            rho.Add(kept ? even : 0);
            rho.Add(kept ? odd : 0);
        }

        var last = t - 2;
        while (rho.Count < last + 2) rho.Add(0);
        if (even > 0) rho[last + 1] = even;
        for (t = 1; t <= last - 2; t += 2)
        {
            if (rho[t + 1] + rho[t + 2] > rho[t - 1] + rho[t]) rho[t + 1] = rho[t + 2] = (rho[t - 1] + rho[t]) / 2;
        }

        return -1 + 2 * rho.Take(last + 1).Sum() + rho[last + 1];
    }

    private double MeanAutocovariance(double[] values, double[] means, int lag)
    {
        var sum = 0.0;
        for (var chain = 0; chain < means.Length; chain++)
        {
            var start = chain * _half;
            for (var i = start; i < start + _half - lag; i++) sum += (values[i] - means[chain]) * (values[i + lag] - means[chain]);
        }

        return sum / (_half * means.Length);
    }

    private (double[] Means, double[] Variances) Moments(double[] values)
    {
        var means = new double[values.Length / _half];
        var variances = new double[means.Length];
        for (var chain = 0; chain < means.Length; chain++)
        {
            var part = values.AsSpan(chain * _half, _half);
            foreach (var value in part) means[chain] += value / _half;
            foreach (var value in part) variances[chain] += (value - means[chain]) * (value - means[chain]) / (_half - 1);
        }

        return (means, variances);
    }

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
    }

    private static double[] Sorted(ReadOnlySpan<float> values)
    {
        var sorted = new double[values.Length];
        for (var i = 0; i < sorted.Length; i++) sorted[i] = values[i];
        Array.Sort(sorted);
        return sorted;
    }
}

/// <summary>Convergence of one quantity.</summary>
/// <param name="RHat">Rank-normalised split R-hat, the larger of the bulk's and the folded draws'.</param>
/// <param name="BulkEss">Effective sample size for the centre of the distribution.</param>
/// <param name="TailEss">Effective sample size for its 5 % and 95 % quantiles, the smaller one.</param>
public readonly record struct ConvergenceSummary(double RHat, double BulkEss, double TailEss);
