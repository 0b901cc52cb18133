using MissBgm.Runtime;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Factors;

/// <summary>A linear factor model x = W z + b + noise with the exact posterior of z for every training row.</summary>
/// <param name="Dimension">d.</param>
/// <param name="Stride">Padded number of columns, S.</param>
/// <param name="Loadings">W transposed, [d, S].</param>
/// <param name="Intercept">b, [S].</param>
/// <param name="Variance">Noise variances, [S]; 1 in the padding.</param>
/// <param name="LatentMean">E[z | x_obs], [n, d].</param>
/// <param name="LatentCovariance">Cov[z | x_obs], [n, d, d].</param>
/// <param name="LogLikelihood">Mean log-likelihood of a row at each iteration.</param>
internal sealed record FactorModel(
    int Dimension, int Stride, double[] Loadings, double[] Intercept, double[] Variance, double[] LatentMean, double[] LatentCovariance, double[] LogLikelihood)
{
    /// <summary>The same model with the posterior of a choice of rows.</summary>
    public FactorModel Choose(ReadOnlySpan<int> rows)
    {
        var (d, mean, covariance) = (Dimension, new double[rows.Length * Dimension], new double[rows.Length * Dimension * Dimension]);
        for (var i = 0; i < rows.Length; i++)
        {
            LatentMean.AsSpan(rows[i] * d, d).CopyTo(mean.AsSpan(i * d));
            LatentCovariance.AsSpan(rows[i] * d * d, d * d).CopyTo(covariance.AsSpan(i * d * d));
        }

        return this with { LatentMean = mean, LatentCovariance = covariance };
    }
}

/// <summary>
/// Maximum likelihood factor analysis from incomplete rows, ignoring the mask: exact EM, one pass over the table per iteration. The M-step,
/// the noise variances included, uses sufficient statistics per column: sums of r [z;1][z;1]', r x [z;1] and r x^2.
/// </summary>
internal static class FactorAnalysis
{
    /// <summary>Precision of the loadings' prior.</summary>
    public const double Ridge = 1.0;

    /// <summary>Smallest noise variance.</summary>
    public const double VarianceFloor = 4e-4;

    private const int Iterations = 200;
    private const int FewFactors = 4;

    // Every mask is compared with every column.
    private const int MostColumns = 10_000;

    // Of the principal components a fit starts from.
    private const double Shrinkage = 0.8;
    private const double Tolerance = 1e-5;

    // A part of a tall table tells nearly all: EM goes on with all rows from where it ends on those, for a few iterations.
    private const int TallRows = 20_000;
    private const int PartRows = 10_000;
    private const int TallIterations = 20;

    /// <summary>Fits the model.</summary>
    /// <param name="data">Standardised table.</param>
    /// <param name="dimension">d.</param>
    /// <param name="threads">Threads; results do not depend on it.</param>
    /// <param name="cancel">Ends it between two iterations.</param>
    public static FactorModel Fit(MaskedMatrix data, int dimension, int threads, CancellationToken cancel = default) =>
        Fit(data, dimension, threads, Iterations, cancel);

    /// <summary>Fits the model in at most so many iterations.</summary>
    public static FactorModel Fit(MaskedMatrix data, int dimension, int threads, int iterations, CancellationToken cancel)
    {
        var state = Start(data, dimension);
        if (data.Rows > TallRows)
        {
            Climb(data.Choose([.. Enumerable.Range(0, PartRows).Select(k => (int)((long)k * data.Rows / PartRows))]), state, iterations, threads, cancel);
        }

        var history = Climb(data, state, data.Rows > TallRows ? TallIterations : iterations, threads, cancel);
        var final = FactorExpectation.Run(data, state, threads, keepPosterior: true);
        history.Add(final.LogLikelihood / data.Rows);
        return state with { LatentMean = final.LatentMean, LatentCovariance = final.LatentCovariance, LogLikelihood = [.. history] };
    }

    /// <summary>A model with the posterior of other rows than those it was fitted to.</summary>
    public static FactorModel For(MaskedMatrix data, FactorModel model, int threads)
    {
        var rows = FactorExpectation.Run(data, model, threads, keepPosterior: true);
        return model with { LatentMean = rows.LatentMean, LatentCovariance = rows.LatentCovariance };
    }

    // EM from where the state is; the mean log-likelihood of a row at each iteration.
    private static List<double> Climb(MaskedMatrix data, FactorModel state, int iterations, int threads, CancellationToken cancel)
    {
        var history = new List<double>();
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            cancel.ThrowIfCancellationRequested();
            var statistics = FactorExpectation.Run(data, state, threads, keepPosterior: false);
            history.Add(statistics.LogLikelihood / data.Rows);
            Maximise(data, state, statistics);
            if (iteration > 0 && Math.Abs(history[^1] - history[^2]) < Tolerance) break;
        }

        return history;
    }

    /// <summary>
    /// Fits models of one to four factors beside a larger one and keeps the one that predicts best by Akaike's criterion: factors that
    /// explain the noise blur what the others predict of a column.
    /// </summary>
    /// <param name="data">Standardised table.</param>
    /// <param name="fitted">The larger one, with the posterior of its rows.</param>
    /// <param name="threads">Threads; results do not depend on it.</param>
    public static FactorModel Sparing(MaskedMatrix data, FactorModel fitted, int threads) =>
        Enumerable.Range(1, Math.Min(FewFactors, fitted.Dimension - 1)).Select(d => Fit(data, d, threads)).Append(fitted).MaxBy(model =>
        {
            // Loadings, but for the rotations of the factors, which change nothing.
            var parameters = model.Dimension * data.Columns - model.Dimension * (model.Dimension - 1) / 2;
            return data.Rows * model.LogLikelihood[^1] - parameters;
        })!;

    // Principal components of the mean-imputed, standardised table, shrunk.
    private static FactorModel Start(MaskedMatrix data, int d)
    {
        if (data.Columns > MostColumns)
        {
            throw new UserInputException(
                $"the table has {data.Columns} columns, levels counted, and a fit compares every column's mask with all of them: "
                + $"{MostColumns} would do. Leave columns out, or fit groups of columns that belong together.");
        }

        var (p, stride) = (data.Columns, data.Stride);
        var (mean, variance) = ObservedMoments(data);
        double[] Centred(int row) =>
            [.. Enumerable.Range(0, p).Select(j => data.Mask(row)[j] * (data.Row(row)[j] - mean[j]) / Math.Sqrt(variance[j]))];
        var components = PrincipalComponents.Of(data.Rows, p, d, Shrinkage, Centred);
        var loadings = new double[d * stride];
        for (var k = 0; k < components.Length; k++)
        {
            for (var j = 0; j < p; j++) loadings[k * stride + j] = components[k][j] * Math.Sqrt(variance[j]);
        }

        var noise = new double[stride];
        for (var j = 0; j < stride; j++) noise[j] = j < p ? Math.Max(0.5 * variance[j], VarianceFloor) : 1.0;
        return new FactorModel(d, stride, loadings, mean, noise, [], [], []);
    }

    private static (double[] Mean, double[] Variance) ObservedMoments(MaskedMatrix data)
    {
        var (sum, square) = (new double[data.Stride], new double[data.Stride]);
        var counts = data.ObservedCounts();
        for (var row = 0; row < data.Rows; row++)
        {
            var x = data.Row(row);
            for (var j = 0; j < data.Columns; j++) sum[j] += x[j];
        }

        for (var j = 0; j < data.Columns; j++) sum[j] /= counts[j];
        for (var row = 0; row < data.Rows; row++)
        {
            var x = data.Row(row);
            var r = data.Mask(row);
            for (var j = 0; j < data.Columns; j++) square[j] += r[j] * (x[j] - sum[j]) * (x[j] - sum[j]);
        }

        for (var j = 0; j < data.Columns; j++) square[j] = Math.Max(square[j] / counts[j], VarianceFloor);
        return (sum, square);
    }

    // Ridge regression of each column on [z; 1] in expectation, then its residual variance.
    private static void Maximise(MaskedMatrix data, FactorModel state, FactorStatistics statistics)
    {
        var (d, stride) = (state.Dimension, state.Stride);
        var e = d + 1;
        Span<double> matrix = stackalloc double[e * e];
        Span<double> factor = stackalloc double[e * e];
        Span<double> cross = stackalloc double[e];
        Span<double> solution = stackalloc double[e];
        for (var j = 0; j < data.Columns; j++)
        {
            for (int k = 0, pair = 0; k < e; k++)
            {
                for (var l = 0; l <= k; l++, pair++) matrix[k * e + l] = matrix[l * e + k] = statistics.Moments[pair * stride + j];
                solution[k] = cross[k] = statistics.Cross[k * stride + j];
            }

            matrix.CopyTo(factor);
            for (var k = 0; k < d; k++) factor[k * e + k] += Ridge * state.Variance[j];
            if (!Cholesky.Factor(factor, e)) continue; // a column seen in fewer rows than d keeps its last value
            Cholesky.Solve(factor, e, solution);

            var residual = statistics.Squares[j];
            for (var k = 0; k < e; k++)
            {
                residual -= 2.0 * solution[k] * cross[k];
                for (var l = 0; l < e; l++) residual += solution[k] * solution[l] * matrix[k * e + l];
            }

            for (var k = 0; k < d; k++) state.Loadings[k * stride + j] = solution[k];
            state.Intercept[j] = solution[d];
            state.Variance[j] = Math.Max(residual / matrix[d * e + d], VarianceFloor);
        }
    }
}
