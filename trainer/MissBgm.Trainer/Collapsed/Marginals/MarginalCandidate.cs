using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Collapsed.Marginals;

/// <summary>A table's columns with maps, and how well the draws of a trial fit on their scales do on hidden cells.</summary>
internal sealed class MarginalCandidate
{
    private const int Draws = 40;
    private const int FewestCells = 15;

    private MarginalCandidate(ColumnSchema[] columns, double[]?[] scores, double[]?[] unmapped, double squaredError) =>
        (Columns, Scores, Unmapped, Loss) =
            (columns, scores, unmapped, Math.Log(scores.Sum(own => own?.Sum() ?? 0.0)) + 0.5 * Math.Log(squaredError));

    /// <summary>The modelled columns, their maps' cut-points calibrated.</summary>
    public ColumnSchema[] Columns { get; }

    /// <summary>
    /// CRPS of each column's hidden cells, in standard deviations; null for discrete columns, nearly constant ones, and where there are too few
    /// to tell.
    /// </summary>
    public double[]?[] Scores { get; }

    /// <summary>CRPS of all hidden cells of the columns that have scores.</summary>
    public double[] AllScores => [.. Scores.SelectMany(own => own ?? [])];

    /// <summary>The same of draws without the maps; of columns on the raw scale only.</summary>
    public double[]?[] Unmapped { get; }

    /// <summary>
    /// Log of the CRPS of all hidden cells and log of the root-mean-square error of the draws' means, together: neither the draws nor the
    /// completed table is to lose much for the other.
    /// </summary>
    public double Loss { get; }

    /// <summary>Fits without some cells and scores the draws of those.</summary>
    /// <param name="columns">The modelled columns.</param>
    /// <param name="counts">Observed values of the columns of numbers.</param>
    /// <param name="encoded">The table as the schema encodes it.</param>
    /// <param name="plan">The trial.</param>
    /// <param name="settings">How to fit.</param>
    /// <param name="seed">Seed; candidates of one seed have the same cells hidden.</param>
    /// <param name="cancel">Ends the trial.</param>
    public static MarginalCandidate Try(
        ColumnSchema[] columns, ValueCounts?[] counts, EncodedTable encoded, TrialPlan plan, CollapsedSettings settings, ulong seed,
        CancellationToken cancel)
    {
        var coding = new GaussianCoding(columns);
        var sample = GeneratorChoice.Sample(encoded, seed);
        var trials = GeneratorTrials.Run(coding.Encode(sample), coding.Types, plan, settings, seed, cancel);
        var (cells, truth) = (trials.Cells, trials.Truth);
        var drawn = cells.Length == 0 ? [] : trials.Draws(StackingWeights.Choose(trials.Predictions, truth), Draws);
        var hidden = Enumerable.Range(0, cells.Length).ToLookup(i => cells[i] % coding.Columns);
        var (calibrated, scores, unmapped, squaredError) = ((ColumnSchema[])columns.Clone(), new double[]?[columns.Length], new double[]?[columns.Length], 0.0);
        for (var c = 0; c < columns.Length; c++)
        {
            if (counts[c] is not { } observed) continue;
            var places = hidden[coding.PlacesOf(c).First()].ToArray();
            if (places.Length < FewestCells) continue;
            var own = Array.ConvertAll(places, i => new HiddenCell(truth[i], drawn[i]));
            // What is observed, whatever of it the scale lets count.
            var seen = Array.ConvertAll(places, i => (double)sample.Values[cells[i] / coding.Columns * columns.Length + c]);
            var marginal = AtomCalibration.Run(columns[c], observed, own);
            var column = calibrated[c] = columns[c] with { Marginal = marginal };
            // Whether the few other values are among the hidden cells is an accident, and each of them counts as much as all cells beside it.
            if (observed.IsNearlyConstant) continue;
            double Value(double score) => (column.Nearest(marginal.Decode(score)) - column.Location) / column.Scale;
            var values = Array.ConvertAll(own, cell => Array.ConvertAll(cell.Draws, Value));
            squaredError += seen.Zip(values, (at, value) => Math.Pow(value.Average() - at, 2)).Sum();
            scores[c] = [.. seen.Zip(values, (at, value) => Crps(value, at))];
            if (marginal.Scale == MarginalScale.Raw) unmapped[c] = [.. own.Zip(seen, (cell, at) => Crps((double[])cell.Draws.Clone(), at))];
        }

        return new MarginalCandidate(calibrated, scores, unmapped, squaredError);
    }

    /// <summary>E|X - y| - E|X - X'| / 2 of the draws' distribution (Gneiting and Raftery 2007); the draws are sorted.</summary>
    public static double Crps(double[] draws, double truth)
    {
        Array.Sort(draws);
        var (distance, spread, m) = (0.0, 0.0, draws.Length);
        for (var i = 0; i < m; i++)
        {
            distance += Math.Abs(draws[i] - truth) / m;
            spread += (2.0 * i - m + 1) * draws[i] / m / m;
        }

        return distance - spread;
    }
}

/// <summary>A hidden cell of a trial, on the coded scale.</summary>
/// <param name="Truth">Its value.</param>
/// <param name="Draws">What the trial's fits draw for it.</param>
internal sealed record HiddenCell(double Truth, double[] Draws);
