using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Marginals;

namespace MissBgm.Trainer.Collapsed.Levels;

/// <summary>
/// Whether missing levels of ordinal and binary columns are drawn by the latent variables behind them or by the normal law of their scores,
/// and likewise columns of numbers with large atoms: by whichever does better on cells that were hidden from the trial fits.
/// </summary>
/// <param name="trials">The trial fits.</param>
/// <param name="weights">The weights of their candidates.</param>
/// <param name="columns">The modelled columns.</param>
/// <param name="counts">Their observed values; null for discrete columns.</param>
/// <param name="sample">The rows of the trials as the schema encodes them.</param>
internal sealed class IntervalChoice(
    GeneratorTrials trials, double[] weights, IReadOnlyList<ColumnSchema> columns, ValueCounts?[] counts, EncodedTable sample)
{
    private const int FewestCells = 40;
    private const int Draws = 64;

    // Laws of latent variables are dear: choices of hidden cells beyond these are not asked.
    private const int EnoughCells = 300;
    private const int FewestTrials = 2;

    // A draw in a hundred is any level, as often as it is observed.
    private const double Any = 0.01;

    private readonly GaussianCoding _coding = new(columns);

    /// <summary>What hidden levels say of the levels' intervals; null where there are too few.</summary>
    /// <param name="levels">The intervals of columns of levels, [q].</param>
    public IntervalEvidence? OfLevels(LevelIntervals?[] levels) =>
        Weigh(new LevelIntervals?[levels.Length], levels, (trial, law) => Losses(trial, law, levels));

    /// <summary>What hidden numbers say of their atoms' intervals; null where there are too few.</summary>
    /// <param name="levels">The intervals of columns of levels, as they are drawn, [q].</param>
    /// <param name="atoms">Those of numbers, [q].</param>
    public IntervalEvidence? OfAtoms(LevelIntervals?[] levels, LevelIntervals?[] atoms) =>
        Weigh(levels, Both(levels, atoms), (trial, law) => Scores(trial, law, atoms));

    /// <summary>What the trial fits draw for the cells that were hidden from them, by Gaussian column.</summary>
    /// <param name="places">The columns.</param>
    /// <param name="intervals">The intervals that missing cells are drawn by, [q].</param>
    public IReadOnlyDictionary<int, HiddenCell[]> Draw(IReadOnlyCollection<int> places, LevelIntervals?[] intervals)
    {
        var cells = places.ToDictionary(place => place, _ => new List<HiddenCell>());
        foreach (var trial in trials.Fits(weights))
        {
            Predict(trial, LatentLevels.Of(trial.Weights, intervals), cells.ContainsKey, (i, place, predictive) =>
                cells[place].Add(new HiddenCell(trial.Truth[i], predictive.Draws(Draws, i))));
        }

        return cells.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
    }

    /// <summary>The intervals of either.</summary>
    public static LevelIntervals?[] Both(LevelIntervals?[] one, LevelIntervals?[] other) => [.. one.Zip(other, (a, b) => a ?? b)];

    private IntervalEvidence? Weigh(
        LevelIntervals?[] without, LevelIntervals?[] with, Func<TrialFits, CollapsedMixture, List<double>> measure)
    {
        if (without.SequenceEqual(with)) return null;
        var (alone, latent) = (new List<double>(), new List<double>());
        foreach (var (number, trial) in trials.Fits(weights).Index())
        {
            if (number >= FewestTrials && alone.Count >= EnoughCells) break;
            alone.AddRange(measure(trial, LatentLevels.Of(trial.Weights, without)));
            latent.AddRange(measure(trial, LatentLevels.Of(trial.Weights, with)));
        }

        return alone.Count < FewestCells ? null : new IntervalEvidence(alone.Count, alone.Average(), latent.Average());
    }

    // Minus the log chances of the hidden levels.
    private static List<double> Losses(TrialFits trial, CollapsedMixture law, LevelIntervals?[] levels)
    {
        var losses = new List<double>();
        Predict(trial, law, place => levels[place] is not null, (i, place, predictive) =>
        {
            var (lower, upper) = levels[place]!.Bounds(trial.Truth[i]);
            double Within(Func<double, double> scale) => StandardNormal.Cdf(scale(upper)) - StandardNormal.Cdf(scale(lower));
            var chance = Enumerable.Range(0, predictive.Shares.Length)
                .Sum(m => predictive.Shares[m] * Within(cut => (cut - predictive.Means[m]) / predictive.Deviations[m]));
            losses.Add(-Math.Log((1 - Any) * chance + Any * Within(cut => cut)));
        });
        return losses;
    }

    // CRPS of the hidden numbers, cut-points calibrated, in standard deviations.
    private List<double> Scores(TrialFits trial, CollapsedMixture law, LevelIntervals?[] atoms)
    {
        var cells = new Dictionary<int, List<(int Row, HiddenCell Cell)>>();
        Predict(trial, law, place => atoms[place] is not null, (i, place, predictive) =>
        {
            if (!cells.TryGetValue(place, out var own)) cells[place] = own = [];
            own.Add((trial.Cells[i] / law.Columns, new HiddenCell(trial.Truth[i], predictive.Draws(Draws, i))));
        });
        return [.. cells.SelectMany(pair =>
        {
            var c = Enumerable.Range(0, columns.Count).First(c => _coding.FirstOf(c) == pair.Key);
            var map = AtomCalibration.Run(columns[c], counts[c]!, [.. pair.Value.Select(own => own.Cell)]);
            double Value(double score) => (columns[c].Nearest(map.Decode(score)) - columns[c].Location) / columns[c].Scale;
            return pair.Value.Select(own =>
                MarginalCandidate.Crps(Array.ConvertAll(own.Cell.Draws, Value), sample.Values[own.Row * sample.Columns + c]));
        })];
    }

    private static void Predict(TrialFits trial, CollapsedMixture law, Predicate<int> isWanted, Action<int, int, CellPredictive> take)
    {
        var (predictive, q, at) = (new CellPredictive(law, trial.Fits), law.Columns, -1);
        for (var i = 0; i < trial.Cells.Length; i++)
        {
            var (row, place) = (trial.Cells[i] / q, trial.Cells[i] % q);
            if (!isWanted(place)) continue;
            if (row != at) predictive.Condition(trial.Data.Row(at = row), trial.Data.Mask(row));
            predictive.Predict(place);
            take(i, place, predictive);
        }
    }
}
