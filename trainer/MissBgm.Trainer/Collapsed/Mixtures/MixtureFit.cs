using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>How a mixture is fitted.</summary>
internal sealed record MixtureSettings
{
    /// <summary>Components, K.</summary>
    public required int Components { get; init; }

    /// <summary>Rows that each component borrows from the pooled within-component covariance, in multiples of p.</summary>
    public double Shrinkage { get; init; } = 3.0;

    /// <summary>
    /// Most EM iterations, if nothing else is said. Fits that are ended early foretell hidden cells as well as those that have converged
    /// (bench/results/generators.md).
    /// </summary>
    public const int MostIterations = 15;

    /// <summary>Most EM iterations.</summary>
    public int Iterations { get; init; } = MostIterations;

    /// <summary>Smallest variance added to every column, standardised.</summary>
    public double VarianceFloor { get; init; } = 1e-3;

    /// <summary>Which of several fits with one seed this is: it decides where the means start.</summary>
    public int Start { get; init; }

    public int Threads { get; init; } = 1;
}

/// <summary>
/// Maximum a posteriori fit of a Gaussian mixture to incomplete rows by EM. Each component's covariance borrows <c>Shrinkage * p</c> rows from
/// the pooled one and its mean one row from the table's, so that components of a few rows stay sound.
/// </summary>
internal static class MixtureFit
{
    private const double Tolerance = 1e-4;

    /// <summary>Fits the mixture.</summary>
    /// <param name="data">Standardised table.</param>
    /// <param name="completed">A first completion of it, [n, p]: where k-means begins.</param>
    /// <param name="mask">The mechanism.</param>
    /// <param name="settings">How.</param>
    /// <param name="seed">Seed of the start.</param>
    /// <param name="cancel">Ends it between two iterations.</param>
    public static GaussianComponent[] Run(
        MaskedMatrix data, double[] completed, SelfMask mask, MixtureSettings settings, ulong seed, CancellationToken cancel = default)
    {
        var centre = ColumnMeans(completed, data.Columns);
        return Continue(
            data, Maximise(MixtureStart.Assign(completed, data.Columns, data.Stride, settings, seed), centre, data.Rows, settings), centre,
            mask, settings, cancel);
    }

    /// <summary>Climbs from given components.</summary>
    /// <param name="data">Standardised table.</param>
    /// <param name="components">Where to begin.</param>
    /// <param name="centre">The mean that the components' means borrow a row from, [p].</param>
    /// <param name="mask">The mechanism.</param>
    /// <param name="settings">How.</param>
    /// <param name="cancel">Ends it between two iterations.</param>
    public static GaussianComponent[] Continue(
        MaskedMatrix data, GaussianComponent[] components, double[] centre, SelfMask mask, MixtureSettings settings, CancellationToken cancel = default)
    {
        var last = double.NegativeInfinity;
        for (var iteration = 0; iteration < settings.Iterations; iteration++)
        {
            cancel.ThrowIfCancellationRequested();
            var (statistics, logLikelihood) = MixtureExpectation.Run(data, components, mask, settings.Threads);
            if (Math.Abs(logLikelihood - last) < Tolerance * data.Rows) break;
            last = logLikelihood;
            components = Maximise([.. statistics.Select((s, k) => (components[k].Mean, s))], centre, data.Rows, settings);
        }

        return components;
    }

    /// <summary>The mean completion of every row, [n, p].</summary>
    public static double[] Complete(MaskedMatrix data, GaussianComponent[] components, SelfMask mask, int threads)
    {
        var p = data.Columns;
        var completed = new double[data.Rows * p];
        var patterns = new PatternConditionals(components, data.Patterns);
        RowBlocks.Run(data.Rows, RowBlocks.Size(data.Rows, 64), threads, () => new RowMixture(data, components, patterns), (row, _, start, end) =>
        {
            for (var i = start; i < end; i++)
            {
                row.Condition(i, mask);
                row.Complete(completed.AsSpan(i * p, p));
            }
        });
        return completed;
    }

    private static GaussianComponent[] Maximise((double[] Mean, ComponentStatistics Statistics)[] gathered, double[] centre, int rows, MixtureSettings settings)
    {
        var p = centre.Length;
        var stride = MaskedMatrix.PaddedWidth(p);
        var updated = new (double[] Mean, double[] Scatter)[gathered.Length];
        var pooled = new double[p * p];
        for (var k = 0; k < gathered.Length; k++)
        {
            var (mean, statistics) = gathered[k];
            var count = statistics.Count;
            var sum = statistics.Sum.Span;
            var squares = statistics.Squares.Span;
            var (moved, shift, scatter) = (new double[p], new double[p], new double[p * p]);
            for (var j = 0; j < p; j++)
            {
                moved[j] = (count * mean[j] + sum[j] + centre[j]) / (count + 1.0);
                shift[j] = moved[j] - mean[j];
            }

            for (var i = 0; i < p; i++)
            {
                for (var j = 0; j < p; j++)
                {
                    scatter[i * p + j] = squares[i * stride + j] - shift[i] * sum[j] - sum[i] * shift[j] + count * shift[i] * shift[j];
                    pooled[i * p + j] += scatter[i * p + j] / rows;
                }
            }

            updated[k] = (moved, scatter);
        }

        var borrowed = settings.Shrinkage * p;
        return [.. updated.Select((u, k) =>
        {
            var count = gathered[k].Statistics.Count;
            var covariance = new double[p * p];
            for (var i = 0; i < p * p; i++)
            {
                covariance[i] = (u.Scatter[i] + borrowed * pooled[i]) / (count + borrowed)
                    + (i % (p + 1) == 0 ? settings.VarianceFloor : 0.0);
            }
            return new GaussianComponent((count + 1.0) / (rows + gathered.Length), u.Mean, covariance);
        })];
    }

    /// <summary>Means of a completed table's columns, [p].</summary>
    public static double[] ColumnMeans(double[] completed, int p)
    {
        var means = new double[p];
        for (var i = 0; i < completed.Length; i++) means[i % p] += completed[i];
        for (var j = 0; j < p; j++) means[j] /= completed.Length / p;
        return means;
    }
}
