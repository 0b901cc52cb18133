using System.Diagnostics;
using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Evidence;
using MissBgm.Trainer.Collapsed.Laplace;
using MissBgm.Trainer.Collapsed.Mixtures;
using MissBgm.Trainer.Running;

namespace MissBgm.Trainer.Collapsed;

/// <summary>What a fit of the collapsed model found.</summary>
/// <param name="Weights">The parameters.</param>
/// <param name="Latent">Modes of z, row-major [n, d]; 0 for a mixture, whose modes the runtime finds.</param>
/// <param name="Completed">The rows with missing cells at their conditional means there, averaged over the fits, row-major [n, p].</param>
/// <param name="Evidence">Why this mechanism.</param>
/// <param name="Generator">Why these generators.</param>
/// <param name="Summary">What was done.</param>
public sealed record CollapsedFitResult(
    CollapsedMixture Weights, float[] Latent, float[] Completed, MechanismEvidence Evidence, GeneratorEvidence Generator, TrainingSummary Summary)
{
    /// <summary>Forests of columns of numbers.</summary>
    internal IReadOnlyList<FittedForest> Forests { get; init; } = [];

    /// <summary>The trial fits that the generators were chosen by, and the weights of their candidates; null without trials.</summary>
    internal (GeneratorTrials Fits, double[] Weights)? Trials { get; init; }
}

/// <summary>
/// Fits the collapsed model, missing values integrated out: a linear factor model whose mechanism is chosen, or the user's; then, unless that is selection,
/// models of other dimensions and mixtures of them beside it, as far as they predict hidden observed cells better.
/// </summary>
public static class CollapsedFit
{
    /// <summary>Fits.</summary>
    /// <param name="table">The encoded table, [n, p].</param>
    /// <param name="columns">Names of its columns, [p].</param>
    /// <param name="types">What each of them stands for, [p]; numbers if null. Discrete columns come coded
    /// (<see cref="Runtime.Models.GaussianCoding"/>).</param>
    /// <param name="settings">How.</param>
    /// <param name="seed">Seed of all random numbers.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancel">Ends the fit.</param>
    /// <exception cref="UserInputException">Fewer than two rows, or a column without an observed value.</exception>
    /// <exception cref="NumericalException">A parameter is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    public static CollapsedFitResult Run(
        EncodedTable table,
        IReadOnlyList<string> columns,
        CollapsedSettings settings,
        ulong seed,
        IReadOnlyList<ColumnType>? types = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancel = default) => Run(table, columns, settings, seed, types, null, progress, cancel);

    /// <summary>Fits with a mechanism that may be settled already.</summary>
    internal static CollapsedFitResult Run(
        EncodedTable table,
        IReadOnlyList<string> columns,
        CollapsedSettings settings,
        ulong seed,
        IReadOnlyList<ColumnType>? types,
        MechanismDecision? decision,
        IProgress<FitProgress>? progress,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(settings);
        if (table.Rows < 2) throw new UserInputException($"the table has {table.Rows} row; a fit needs at least two.");
        types ??= [.. Enumerable.Repeat(ColumnType.Numeric, table.Columns)];
        var clock = Stopwatch.StartNew();
        var fit = LinearFit.Run(table, columns, types, settings, seed, decision, progress, cancel);
        var linear = Export(fit.Model, table.Columns);
        linear.RequireFinite();
        var (completed, logDensity) = Complete(fit);
        var withForests = settings.Forests && fit.Evidence.Chosen == Mechanism.Ignorable;
        var (choice, trials, shares) = settings.Mixtures && fit.Evidence.Chosen != Mechanism.Selection
            ? GeneratorChoice.Try(table, types, settings with { Forests = withForests, Mechanism = fit.Evidence.Chosen }, seed, cancel)
            : (GeneratorEvidence.Linear, null, []);
        var point = Array.ConvertAll(completed, x => (double)x);
        var generators = GeneratorFits.Run(fit, linear, point, choice, trials?.Candidates ?? [], settings.Threads, seed, cancel);
        var forests = trials is not null && withForests
            ? ForestChoice.Run(fit.Data, generators.Laws(fit), trials, shares, types, seed, cancel)
            : FittedForests.None;
        var (weights, generator) = settings.ParameterDraws > 0 && Array.Exists(fit.Data.ObservedCounts(), count => count < table.Rows)
            ? ParameterDraws.Run(fit, generators, MixtureFit.ColumnMeans(point, table.Columns), settings, seed, cancel)
            : (generators.Mixture, generators.Evidence);
        if (forests.Passes > 1) generator = generator with { ForestPasses = forests.Passes };
        weights.RequireFinite();
        var summary = new TrainingSummary
        {
            Rows = table.Rows,
            MissingCells = table.Observed.Count(observed => observed == 0),
            Epochs = LaplaceEm.Epochs(table.Rows, settings.BatchSize, settings.Steps),
            Seconds = clock.Elapsed.TotalSeconds,
            FinalLosses = new Dictionary<string, double> { ["negative_log_density"] = -logDensity / table.Rows },
        };
        return new CollapsedFitResult(
            weights, Latent(fit, weights), Array.ConvertAll(generators.Completed, x => (float)x), fit.Evidence, generator, summary)
        {
            Forests = forests.Forests,
            Trials = trials is null ? null : (trials, shares),
        };
    }

    private static float[] Latent(FittedLinear fit, CollapsedMixture weights) => weights.Members.Count == 1 && weights.LatentDimension == fit.Model.Dimension
        ? Array.ConvertAll(fit.Modes.Mode, z => (float)z)
        : new float[fit.Data.Rows * weights.LatentDimension];

    // The threshold tau + kappa mu(z) + c . z is affine in z, as the mean is.
    internal static CollapsedWeights Export(CollapsedModel model, int columns)
    {
        var (d, stride) = (model.Dimension, model.Stride);
        var (loadings, thresholdLoadings) = (new double[d * columns], new double[d * columns]);
        var (scale, threshold) = (new double[columns], new double[columns]);
        for (var j = 0; j < columns; j++)
        {
            scale[j] = 1.0 / model.InverseScale[j];
            threshold[j] = model.ThresholdIntercept[j] + model.ThresholdSlope[j] * model.Intercept[j];
            for (var k = 0; k < d; k++)
            {
                loadings[k * columns + j] = model.Loadings[k * stride + j];
                thresholdLoadings[k * columns + j] = model.ThresholdLoadings[k * stride + j] + model.ThresholdSlope[j] * model.Loadings[k * stride + j];
            }
        }

        return new CollapsedWeights(
            d, columns, loadings, model.Intercept[..columns].ToArray(), scale, model.Correlation[..columns], thresholdLoadings, threshold);
    }

    private static (float[] Completed, double LogDensity) Complete(FittedLinear fit)
    {
        var (data, model, d) = (fit.Data, fit.Model, fit.Model.Dimension);
        var scratch = new RowScratch(d, model.Stride);
        var completed = new float[data.Rows * data.Columns];
        var total = 0.0;
        for (var row = 0; row < data.Rows; row++)
        {
            var z = fit.Modes.Mode.AsSpan(row * d, d);
            total += CollapsedRow.LogDensity(model, data.Row(row), data.Mask(row), z, scratch);
            for (var j = 0; j < data.Columns; j++)
            {
                var shift = model.Correlation[j] / model.InverseScale[j] * StandardNormal.InverseMills(-scratch.Threshold[j]);
                completed[row * data.Columns + j] = (float)(data.Mask(row)[j] == 1.0 ? data.Row(row)[j] : scratch.Mean[j] - shift);
            }
        }

        return (completed, total);
    }
}
