using MathNet.Numerics.LinearAlgebra;
using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Levels;

/// <summary>
/// Missing cells of ordinal and binary columns as the latent normal variables that their levels cut into intervals. A fit has the moments
/// of the levels' scores, whose correlations are weaker than those of the variables behind them: levels drawn by the scores' own normal law
/// would be associated too weakly with the rest of the row. So of every component of the fit the latent variables' means, variances and
/// correlations are found that give the scores' moments, and missing cells are drawn by these; an observed level tells of its row what its
/// score and the variance of its score about the latent variable's regression tell, which is the interval's likelihood in two moments.
/// The posterior of z stays normal.
/// </summary>
internal static class LatentLevels
{
    private const int Sweeps = 3;
    private const double LargestCommunality = 0.98;

    // Of an observed score's variance, what z does not tell.
    private const double SmallestNoise = 0.02;

    // Pull of loadings towards where they start, in mean squared loadings.
    private const double Pull = 0.01;

    // With more levels than these, correlations are taken to first order.
    private const int MostSeries = 300;

    /// <summary>The parameters with laws of missing cells, where no mask follows a value.</summary>
    /// <param name="weights">The fits' parameters.</param>
    /// <param name="intervals">The Gaussian columns' intervals, [q]; null for numbers.</param>
    public static CollapsedMixture Of(CollapsedMixture weights, LevelIntervals?[] intervals) => Array.TrueForAll(intervals, one => one is null)
        ? weights
        : new CollapsedMixture([.. weights.Members.Select(member => Of(member, intervals))], weights.LogShares);

    private static CollapsedWeights Of(CollapsedWeights member, LevelIntervals?[] intervals)
    {
        if (Array.Exists(member.Correlation, rho => rho != 0) || Array.Exists(member.ThresholdLoadings, loading => loading != 0)) return member;
        var moments = new Moments(member, intervals);
        return moments.With(moments.Factors >= member.Columns - 1 ? AnyNormalLaw(moments) : FewFactors(moments));
    }

    // The smallest eigenvalue of the correlations is independent noise, as in a component's own form; correlations of levels are
    // drawn together towards 0 until there are such.
    private static (double[] Loadings, double[] Noise) AnyNormalLaw(Moments moments)
    {
        var (p, d) = (moments.Columns, moments.Dimension);
        var least = 0.5 * Enumerable.Range(0, p).Min(j => moments.NoiseShare(j));
        var correlations = new double[p * p];
        for (var i = 0; i < p * p; i++) correlations[i] = i / p == i % p ? 1.0 : moments.Correlation(i / p, i % p, isSeries: true);
        for (var isDefinite = false; !isDefinite;)
        {
            var test = (double[])correlations.Clone();
            for (var j = 0; j < p; j++) test[j * p + j] -= least;
            isDefinite = Cholesky.Factor(test, p);
            for (var i = 0; i < p * p && !isDefinite; i++)
            {
                if (i / p != i % p && (moments.IsLevel(i / p) || moments.IsLevel(i % p))) correlations[i] *= 0.9;
            }
        }

        var spectrum = Matrix<double>.Build.Dense(p, p, (i, j) => 0.5 * (correlations[i * p + j] + correlations[j * p + i])).Evd(Symmetricity.Symmetric);
        var noise = spectrum.EigenValues.Min(value => value.Real);
        var loadings = new double[d * p];
        for (var k = 0; k < p - 1; k++)
        {
            var root = Math.Sqrt(Math.Max(0.0, spectrum.EigenValues[k + 1].Real - noise));
            for (var j = 0; j < p; j++) loadings[k * p + j] = root * spectrum.EigenVectors[j, k + 1];
        }

        return (loadings, [.. Enumerable.Repeat(noise, p)]);
    }

    // Loadings of the numbers stay; those of each column of levels are fitted to its correlations with all others, a column after
    // another (minimum residual factor analysis: Harman and Jones, Psychometrika 31, 1966).
    private static (double[] Loadings, double[] Noise) FewFactors(Moments moments)
    {
        var (p, d) = (moments.Columns, moments.Dimension);
        var loadings = moments.StandardLoadings();
        var levels = Enumerable.Range(0, p).Where(moments.IsLevel).ToArray();
        foreach (var j in levels) Shrink(loadings, j, p, d);
        var wanted = Array.ConvertAll(levels, j => Enumerable.Range(0, p)
            .Select(i => i == j ? 0.0 : moments.Correlation(j, i, levels.Length <= MostSeries)).ToArray());
        var (gram, system, solution) = (new double[d * d], new double[d * d], new double[d]);
        for (var j = 0; j < p; j++) AddSquare(gram, loadings, j, 1.0, p, d);
        var pull = Pull * Enumerable.Range(0, d).Average(k => gram[k * d + k]);
        for (var step = 0; step < Sweeps * levels.Length; step++)
        {
            var (j, targets) = (levels[step % levels.Length], wanted[step % levels.Length]);
            AddSquare(gram, loadings, j, -1.0, p, d);
            gram.CopyTo(system, 0);
            for (var k = 0; k < d; k++)
            {
                system[k * d + k] += pull;
                solution[k] = pull * loadings[k * p + j];
                for (var i = 0; i < p; i++) solution[k] += targets[i] * loadings[k * p + i];
            }

            Cholesky.Factor(system, d);
            Cholesky.Solve(system, d, solution);
            for (var k = 0; k < d; k++) loadings[k * p + j] = solution[k];
            Shrink(loadings, j, p, d);
            AddSquare(gram, loadings, j, 1.0, p, d);
        }

        return (loadings, [.. Enumerable.Range(0, p).Select(j => 1.0 - Square(loadings, j, p, d))]);
    }

    private static void Shrink(double[] loadings, int j, int p, int d)
    {
        var square = Square(loadings, j, p, d);
        if (square <= LargestCommunality) return;
        for (var k = 0; k < d; k++) loadings[k * p + j] *= Math.Sqrt(LargestCommunality / square);
    }

    private static double Square(double[] loadings, int j, int p, int d)
    {
        var square = 0.0;
        for (var k = 0; k < d; k++) square += loadings[k * p + j] * loadings[k * p + j];
        return square;
    }

    private static void AddSquare(double[] gram, double[] loadings, int j, double times, int p, int d)
    {
        for (var k = 0; k < d; k++)
        {
            for (var l = 0; l < d; l++) gram[k * d + l] += times * loadings[k * p + j] * loadings[l * p + j];
        }
    }

    /// <summary>A member's moments: of numbers as they are, of levels by their latent variables.</summary>
    private sealed class Moments
    {
        private readonly CollapsedWeights _member;
        private readonly LatentLevel?[] _levels;
        private readonly double[] _variance;

        public Moments(CollapsedWeights member, LevelIntervals?[] intervals)
        {
            _member = member;
            _variance = [.. Enumerable.Range(0, member.Columns).Select(j => Covariance(j, j) + member.Scale[j] * member.Scale[j])];
            _levels = [.. intervals.Select((one, j) => one?.Match(member.Intercept[j], _variance[j]))];
            Factors = Enumerable.Range(0, Dimension).Count(k => member.Loadings.AsSpan(k * Columns, Columns).ContainsAnyExcept(0.0));
        }

        public int Columns => _member.Columns;

        public int Dimension => _member.LatentDimension;

        /// <summary>Latent dimensions that something loads on.</summary>
        public int Factors { get; }

        public bool IsLevel(int column) => _levels[column] is not null;

        /// <summary>Independent noise's share of a column's variance.</summary>
        public double NoiseShare(int column) => _member.Scale[column] * _member.Scale[column] / _variance[column];

        /// <summary>The correlation of two columns' variables; without the series that of levels' to first order.</summary>
        public double Correlation(int i, int j, bool isSeries) => (_levels[i], _levels[j]) switch
        {
            ({ } one, { } other) => isSeries ? one.Correlation(other, Covariance(i, j)) : one.Correlation(Covariance(i, j) / other.Slope),
            ({ } level, null) => level.Correlation(Covariance(i, j) / Math.Sqrt(_variance[j])),
            (null, { } level) => level.Correlation(Covariance(i, j) / Math.Sqrt(_variance[i])),
            _ => Covariance(i, j) / Math.Sqrt(_variance[i] * _variance[j]),
        };

        /// <summary>Loadings of the standardised variables, to first order, [d, p].</summary>
        public double[] StandardLoadings() =>
            [.. _member.Loadings.Select((loading, i) => loading / (_levels[i % Columns]?.Slope ?? Math.Sqrt(_variance[i % Columns])))];

        /// <summary>The member with other loadings and noise variances of the standardised variables, [d, p] and [p].</summary>
        public CollapsedWeights With((double[] Loadings, double[] Noise) law)
        {
            double Unit(int j) => _levels[j]?.Deviation ?? Math.Sqrt(_variance[j]);
            double Observed(int j) => _levels[j]?.Slope ?? Math.Sqrt(_variance[j]);
            double ScoreNoise(int j, LatentLevel level) =>
                Math.Max(_variance[j] - level.Slope * level.Slope * (1.0 - law.Noise[j]), SmallestNoise * _variance[j]);
            double[] Scaled(Func<int, double> by) => [.. law.Loadings.Select((loading, i) => loading * by(i % Columns))];
            double[] scale = [.. law.Noise.Select((noise, j) => Unit(j) * Math.Sqrt(noise))];
            return _member with
            {
                Loadings = Scaled(Observed),
                Scale = [.. scale.Select((own, j) => _levels[j] is { } level ? Math.Sqrt(ScoreNoise(j, level)) : own)],
                Missing = new MissingLaw(Scaled(Unit), [.. _member.Intercept.Select((mean, j) => _levels[j]?.Mean ?? mean)], scale),
            };
        }

        private double Covariance(int i, int j)
        {
            var sum = 0.0;
            for (var k = 0; k < Dimension; k++) sum += _member.Loadings[k * Columns + i] * _member.Loadings[k * Columns + j];
            return sum;
        }
    }
}
