using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Evidence;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Laplace;
using MissBgm.Trainer.Collapsed.Masks;
using MissBgm.Trainer.Running;

namespace MissBgm.Trainer.Collapsed;

/// <summary>A fitted collapsed model: the parameters as kernels read them, and where the training rows' z ended.</summary>
internal sealed record FittedLinear(
    MaskedMatrix Data, FactorModel Factors, CollapsedModel Model, LatentModes Modes, MechanismEvidence Evidence, SelfSlopes Slopes);

/// <summary>Fits a linear factor model with an identified missing-data mechanism: start, choice, Laplace-EM.</summary>
internal static class LinearFit
{
    /// <summary>Pull of the etas towards their mean where the columns share one correlation.</summary>
    public const double SharedCorrelationPull = 20.0;

    /// <summary>
    /// Rows for each factor: with fewer the factors explain the noise. On tables of 10 x 5, 95 % intervals cover 37 % of the cells with
    /// three factors, 70 % with one.
    /// </summary>
    public const int RowsPerFactor = 10;

    // Where the mask is ignorable EM has found the optimum already, and a step's cost grows with the columns.
    private const int ManyColumns = 100;
    private const int StepsOfMany = 200;

    /// <summary>Fits a standardised table.</summary>
    /// <param name="table">The table, [n, p].</param>
    /// <param name="columns">Names of its columns, [p].</param>
    /// <param name="types">What they stand for, [p].</param>
    /// <param name="settings">How.</param>
    /// <param name="seed">Seed of all random numbers.</param>
    /// <param name="decision">The mechanism, where it is settled.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancel">Ends the fit.</param>
    public static FittedLinear Run(
        EncodedTable table, IReadOnlyList<string> columns, IReadOnlyList<ColumnType> types, CollapsedSettings settings, ulong seed,
        MechanismDecision? decision = null, IProgress<FitProgress>? progress = null, CancellationToken cancel = default)
    {
        var data = MaskedMatrix.From(table);
        var factors = FactorAnalysis.Fit(data, Dimension(settings, data), settings.Threads, cancel);
        decision ??= MechanismChoice.Decide(data, factors, columns, types, settings, seed, cancel);
        var model = Start(data, factors, decision);
        var isSettled = data.Columns > ManyColumns && decision.Evidence.Chosen == Mechanism.Ignorable;
        var modes = LaplaceEm.Fit(data, model, factors.LatentMean, new LaplaceEmSettings
        {
            Steps = isSettled ? Math.Min(settings.Steps, StepsOfMany) : settings.Steps,
            BatchSize = settings.BatchSize,
            LearningRate = settings.LearningRate,
            CorrelationPull = decision.Evidence.SharedCorrelation ? SharedCorrelationPull : 0.0,
            Threads = settings.Threads,
        }, seed, progress, cancel);
        return new FittedLinear(data, factors, model, modes, decision.Evidence, decision.Slopes);
    }

    /// <summary>Latent dimensions of the linear model.</summary>
    public static int Dimension(CollapsedSettings settings, MaskedMatrix data) => Dimension(settings, data.Rows, data.Columns);

    /// <summary>The same, told from a table's size.</summary>
    public static int Dimension(CollapsedSettings settings, int rows, int columns) =>
        Math.Max(1, Math.Min(settings.LatentDimension, Math.Min(columns - 2, rows / RowsPerFactor)));

    // The factor model, with each incomplete column's intercept, scale and threshold from its profile at the starting rho.
    private static CollapsedModel Start(MaskedMatrix data, FactorModel factors, MechanismDecision decision)
    {
        var counts = data.ObservedCounts();
        var incomplete = Array.ConvertAll(counts, count => count < data.Rows);
        var masked = incomplete.Select((missing, j) => missing && decision.Acts[j]).ToArray();
        var model = new CollapsedModel(decision.Evidence.Chosen, factors, masked, decision.Slopes.Estimates);
        for (var j = 0; j < data.Columns; j++)
        {
            if (incomplete[j]) model.Threshold[j] = StandardNormal.Quantile(counts[j] / (double)data.Rows);
            if (!masked[j] || decision.Scores[j] is not { } scores) continue;
            var grid = decision.StartingRho(j);
            var fit = scores.Fits[grid];
            (model.Intercept[j], model.LogScale[j], model.Threshold[j]) = (fit.Intercept, fit.LogScale, fit.Threshold);
            model.Eta[j] = Math.Atanh(ColumnScores.Grid[grid]);
        }

        model.Refresh();
        return model;
    }
}
