using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Running;

namespace MissBgm.Trainer.Collapsed.Laplace;

/// <summary>How <see cref="LaplaceEm"/> climbs.</summary>
internal sealed record LaplaceEmSettings
{
    public int BatchSize { get; init; } = 128;

    /// <summary>Fewest Adam steps.</summary>
    public int Steps { get; init; } = 1500;

    /// <summary>Fewest passes over the rows.</summary>
    public int FewestPasses { get; init; } = 5;

    public double LearningRate { get; init; } = 0.01;

    /// <summary>Ridge on W and C, divided by n.</summary>
    public double Ridge { get; init; } = 0.5;

    /// <summary>Pull of the etas towards their mean, divided by n; used when the columns share one correlation.</summary>
    public double CorrelationPull { get; init; }

    public int Threads { get; init; } = 1;
}

/// <summary>
/// Maximum marginal likelihood of the collapsed model: per mini-batch one damped Newton step on each row's z, a draw z ~ N(zhat, Lambda^-1),
/// and an Adam step on the collapsed log-likelihood at the draws. By Fisher's identity that is a stochastic gradient of the marginal
/// likelihood, exact where the Laplace approximation is. Draws depend on (seed, row, step) alone.
/// </summary>
internal static class LaplaceEm
{
    private const int RowsPerBlock = 16;
    private const int StartingNewtonSteps = 10;
    private const int FinalNewtonSteps = 5;

    /// <summary>Fits the model in place, from the given z; returns where z ends.</summary>
    public static LatentModes Fit(
        MaskedMatrix data, CollapsedModel model, double[] latent, LaplaceEmSettings settings, ulong seed,
        IProgress<FitProgress>? progress = null, CancellationToken cancel = default)
    {
        var (n, batch) = (data.Rows, settings.BatchSize);
        var batches = (n + batch - 1) / batch;
        var epochs = Epochs(n, batch, settings.Steps, settings.FewestPasses);
        var adam = new CosineAdam(model.ParameterCount, settings.LearningRate, epochs * batches);
        var philox = new Philox(seed);
        var modes = LatentModes.Find(data, model, latent, StartingNewtonSteps, settings.Threads);
        var step = 0;
        var reporter = new StageReporter(progress, FitStage.Epochs, 0, epochs);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            cancel.ThrowIfCancellationRequested();
            var order = philox.Permutation(n, RandomPurpose.Shuffle, epoch);
            for (var start = 0; start < n; start += batch)
            {
                var rows = order.AsMemory(start, Math.Min(batch, n - start));
                var gradient = Gradient(data, model, modes.Mode, rows, settings, philox, step++);
                AddPenalties(model, gradient, settings, n);
                adam.Ascend(model.Parameters, gradient.AsSpan(0, model.ParameterCount));
                model.Refresh();
            }

            reporter.Report(epoch + 1, new Dictionary<string, double>());
        }

        return LatentModes.Find(data, model, modes.Mode, FinalNewtonSteps, settings.Threads);
    }

    /// <summary>Passes over n rows: enough for the steps asked for, and for the fewest.</summary>
    public static int Epochs(int rows, int batchSize, int steps, int fewest = 5)
    {
        var batches = (rows + batchSize - 1) / batchSize;
        return Math.Max(fewest, (steps + batches - 1) / batches);
    }

    // Mean over the batch of the log-likelihood's gradient in the parameters, at one draw of z per row.
    private static double[] Gradient(
        MaskedMatrix data, CollapsedModel model, double[] latent, ReadOnlyMemory<int> rows, LaplaceEmSettings settings, Philox philox, int step)
    {
        var d = model.Dimension;
        var partials = new double[RowBlocks.Count(rows.Length, RowsPerBlock)][];
        RowBlocks.Run(rows.Length, RowsPerBlock, settings.Threads, () => new RowScratch(d, model.Stride), (scratch, block, start, end) =>
        {
            var sums = partials[block] = new double[model.ParameterCount + model.Stride];
            Span<float> normals = stackalloc float[d];
            Span<double> draw = stackalloc double[d];
            foreach (var row in rows.Span[start..end])
            {
                var x = data.Row(row);
                var r = data.Mask(row);
                var z = latent.AsSpan(row * d, d);
                LatentMode.Climb(model, x, r, z, 1, scratch);
                philox.Normals(normals, RandomPurpose.LaplaceDraw, 0, row, step);
                for (var k = 0; k < d; k++) draw[k] = normals[k];
                Cholesky.SolveTransposed(scratch.Precision, d, draw);
                for (var k = 0; k < d; k++) draw[k] += z[k];
                CollapsedRow.AddParameterGradient(model, x, r, draw, data.Weights[row], scratch, sums);
            }
        });

        var total = RowBlocks.Sum(partials);
        for (var i = 0; i < total.Length; i++) total[i] /= rows.Length;
        model.PullBack(total);
        return total;
    }

    private static void AddPenalties(CollapsedModel model, Span<double> gradient, LaplaceEmSettings settings, int n)
    {
        var ridge = 2.0 * settings.Ridge / n;
        for (var i = 0; i < model.InterceptOffset; i++)
        {
            gradient[i] -= ridge * model.Loadings[i];
            gradient[model.ThresholdLoadingsOffset + i] -= ridge * model.ThresholdLoadings[i];
        }

        if (settings.CorrelationPull == 0.0) return;
        var free = model.Free.AsSpan(model.CorrelationOffset, model.Stride);
        var (count, mean) = (0.0, 0.0);
        for (var j = 0; j < free.Length; j++) (count, mean) = (count + free[j], mean + free[j] * model.Eta[j]);
        for (var j = 0; j < free.Length; j++)
        {
            gradient[model.CorrelationOffset + j] -= 2.0 * settings.CorrelationPull / n * free[j] * (model.Eta[j] - mean / count);
        }
    }
}
