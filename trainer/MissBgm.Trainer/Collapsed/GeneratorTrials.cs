using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Forests;
using MissBgm.Trainer.Collapsed.Mixtures;

namespace MissBgm.Trainer.Collapsed;

/// <summary>What to try.</summary>
/// <param name="Candidates">Generators beside the linear one.</param>
/// <param name="Repeats">Choices of hidden cells; candidates without weight on the first are left out of the others.</param>
internal readonly record struct TrialPlan(GeneratorCandidate[] Candidates, int Repeats);

/// <summary>
/// Trial fits of generators to a table some of whose observed cells are hidden, and what they say of those. Hidden cells are observed ones
/// picked at random, so a fit that ignores the mask predicts them without bias; the mechanism plays no part here.
/// </summary>
internal sealed class GeneratorTrials
{
    private readonly List<Trial> _trials = [];
    private readonly int _columns;

    private GeneratorTrials(int columns, GeneratorCandidate[] candidates) => (_columns, Candidates) = (columns, candidates);

    /// <summary>The generators beside the linear one that were tried to the end.</summary>
    public GeneratorCandidate[] Candidates { get; private set; }

    /// <summary>The hidden cells of all repeats, as indices into the table, [cells].</summary>
    public int[] Cells => [.. _trials.SelectMany(trial => trial.Cells)];

    /// <summary>Their values, [cells].</summary>
    public double[] Truth => [.. _trials.SelectMany(trial => trial.Truth)];

    /// <summary>Predictions of the candidates, the linear generator first, [candidates][cells].</summary>
    public double[][] Predictions =>
        [
            .. Enumerable.Range(0, _trials[0].Predictions.Length)
                .Select(candidate => _trials.SelectMany(trial => trial.Predictions[candidate]).ToArray()),
        ];

    /// <summary>Fits.</summary>
    /// <param name="table">The coded table; every column needs three observed values.</param>
    /// <param name="types">What its columns stand for.</param>
    /// <param name="plan">What to try.</param>
    /// <param name="settings">How to fit.</param>
    /// <param name="seed">Seed of the hidden cells and of the mixtures' starts.</param>
    /// <param name="cancel">Ends the fits.</param>
    public static GeneratorTrials Run(
        EncodedTable table, IReadOnlyList<ColumnType> types, TrialPlan plan, CollapsedSettings settings, ulong seed,
        CancellationToken cancel)
    {
        var trials = new GeneratorTrials(table.Columns, plan.Candidates);
        for (var repeat = 1; repeat <= plan.Repeats; repeat++)
        {
            var hidden = HiddenTable.Of(table, types, seed, repeat);
            var data = hidden.Data;
            var linear = FactorAnalysis.Fit(data, LinearFit.Dimension(settings, data), settings.Threads, cancel);
            var completed = Complete(data, linear);
            var candidates = trials.Candidates;
            var fits = candidates.Select(one => one.Fit(data, completed, SelfMask.Ignorable, 0, settings.Threads, seed, cancel)).ToArray();
            trials._trials.Add(new Trial(
                hidden, linear, fits, [hidden.At(completed), .. fits.Select(fit => hidden.At(fit.Complete(data, settings.Threads)))]));
            if (repeat == 1 && plan.Repeats > 1) trials.KeepThoseOfWeight();
        }

        return trials;
    }

    /// <summary>Draws of the hidden cells from the average of the candidates, evenly spread, [cells][draws].</summary>
    /// <param name="weights">The candidates' weights.</param>
    /// <param name="draws">About how many draws of a cell.</param>
    public double[][] Draws(IReadOnlyList<double> weights, int draws) =>
        [.. _trials.SelectMany(trial => DrawsOf(trial, weights, draws)).Select(cell => cell.ToArray())];

    /// <summary>The fits of each choice of hidden cells, as they would be exported, with those cells and their values.</summary>
    /// <param name="weights">The candidates' weights.</param>
    public IEnumerable<TrialFits> Fits(double[] weights) => _trials.Select(trial =>
    {
        var (mixture, fits) = GeneratorLaw.Export(trial.Laws(weights), _columns);
        return new TrialFits(trial.Data, trial.Cells, trial.Truth, mixture, fits);
    });

    /// <summary>The tables of each choice of hidden cells, completed by draws for forests to be grown on.</summary>
    /// <param name="weights">The candidates' weights.</param>
    /// <param name="tables">Completed tables of each.</param>
    /// <param name="random">Random numbers.</param>
    public IReadOnlyList<ForestTables> Completed(double[] weights, int tables, Philox random) => [.. _trials.Select((trial, number) => new ForestTables(
        trial.Hidden,
        [.. Enumerable.Range(0, trial.Cells.Length).Select(i => Enumerable.Range(0, weights.Length).Sum(c => weights[c] * trial.Predictions[c][i]))],
        GeneratorLaw.DrawTables(trial.Laws(weights), trial.Data, tables, random, (number + 1) * tables)))];

    /// <summary>Posterior means of a linear model's cells, [n, p]; observed cells as they are.</summary>
    public static double[] Complete(MaskedMatrix data, FactorModel model)
    {
        var (p, stride, d) = (data.Columns, data.Stride, model.Dimension);
        var completed = new double[data.Rows * p];
        for (var cell = 0; cell < completed.Length; cell++)
        {
            var (row, j) = (cell / p, cell % p);
            completed[cell] = data.Values[row * stride + j];
            if (data.Observed[row * stride + j] == 1.0) continue;
            completed[cell] = model.Intercept[j];
            for (var k = 0; k < d; k++) completed[cell] += model.LatentMean[row * d + k] * model.Loadings[k * stride + j];
        }

        return completed;
    }

    private void KeepThoseOfWeight()
    {
        var weights = StackingWeights.Choose(Predictions, Truth);
        int[] kept = [.. Enumerable.Range(0, Candidates.Length).Where(i => weights[i + 1] > 0.0)];
        Candidates = [.. kept.Select(i => Candidates[i])];
        var trial = _trials[0];
        _trials[0] = trial with
        {
            Fits = [.. kept.Select(i => trial.Fits[i])],
            Predictions = [trial.Predictions[0], .. kept.Select(i => trial.Predictions[i + 1])],
        };
    }

    private List<double>[] DrawsOf(Trial trial, IReadOnlyList<double> weights, int draws)
    {
        var all = Array.ConvertAll(trial.Cells, _ => new List<double>(draws));
        foreach (var law in trial.Laws(weights))
        {
            var count = (int)Math.Round(law.Weight * draws);
            if (count == 0) continue;
            if (law.Linear is { } model) AddLinear(all, trial, model, count);
            else AddMixture(all, trial, law.Components!, count);
        }

        return all;
    }

    private void AddLinear(List<double>[] all, Trial trial, FactorModel model, int count)
    {
        for (var i = 0; i < all.Length; i++)
        {
            var (mean, deviation) = Predictive(model, trial.Cells[i]);
            for (var draw = 0; draw < count; draw++) all[i].Add(mean + deviation * Noise(draw));
        }
    }

    private (double Mean, double Deviation) Predictive(FactorModel model, int cell)
    {
        var (row, j, d, stride) = (cell / _columns, cell % _columns, model.Dimension, model.Stride);
        var (mean, variance) = (model.Intercept[j], model.Variance[j]);
        for (var k = 0; k < d; k++)
        {
            mean += model.LatentMean[row * d + k] * model.Loadings[k * stride + j];
            for (var l = 0; l < d; l++)
            {
                variance += model.Loadings[k * stride + j] * model.Loadings[l * stride + j] * model.LatentCovariance[(row * d + k) * d + l];
            }
        }

        return (mean, Math.Sqrt(variance));
    }

    private void AddMixture(List<double>[] all, Trial trial, GaussianComponent[] components, int count)
    {
        var (mixture, last) = (new RowMixture(trial.Data, components, new PatternConditionals(components, trial.Data.Patterns)), -1);
        for (var i = 0; i < all.Length; i++)
        {
            var (row, j) = (trial.Cells[i] / _columns, trial.Cells[i] % _columns);
            if (row != last) mixture.Condition(last = row, SelfMask.Ignorable);
            var (component, cumulative) = (0, mixture.Responsibilities[0]);
            for (var draw = 0; draw < count; draw++)
            {
                while (component < components.Length - 1 && (draw + 0.5) / count > cumulative) cumulative += mixture.Responsibilities[++component];
                var conditional = mixture.Conditionals[component];
                var place = conditional.MissingColumns.IndexOf(j);
                var variance = conditional.Covariance[place * trial.Data.Stride + j];
                all[i].Add(components[component].Mean[j] + conditional.Deviation[j] + Math.Sqrt(variance) * Noise(draw));
            }
        }
    }

    // The golden ratio's multiples fill the unit interval evenly, however many there are and in whatever stretches.
    public static double Noise(int draw) => StandardNormal.Quantile((draw + 0.5) * 0.6180339887498949 % 1);

    /// <summary>Fits without one choice of hidden cells.</summary>
    private sealed record Trial(HiddenTable Hidden, FactorModel Linear, GeneratorLaw[] Fits, double[][] Predictions)
    {
        public MaskedMatrix Data => Hidden.Data;

        public int[] Cells => Hidden.Cells;

        public double[] Truth => Hidden.Truth;

        /// <summary>The fits that have a weight.</summary>
        public IReadOnlyList<GeneratorLaw> Laws(IReadOnlyList<double> weights) =>
            [new(weights[0], Linear, null), .. Fits.Select((fit, i) => fit with { Weight = weights[i + 1] })];
    }
}

/// <summary>Fits without one choice of hidden cells.</summary>
/// <param name="Data">The coded table without them.</param>
/// <param name="Cells">The cells, as indices into the table.</param>
/// <param name="Truth">Their values.</param>
/// <param name="Weights">The fits' parameters.</param>
/// <param name="Fits">The fits and their weights.</param>
internal sealed record TrialFits(MaskedMatrix Data, int[] Cells, double[] Truth, CollapsedMixture Weights, IReadOnlyList<GeneratorFit> Fits);
