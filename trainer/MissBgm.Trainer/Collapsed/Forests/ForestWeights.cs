namespace MissBgm.Trainer.Collapsed.Forests;

/// <summary>Hidden cells of a column, as the Gaussian average and as a forest foretell them.</summary>
/// <param name="Truth">[cells].</param>
/// <param name="Gaussian">[cells].</param>
/// <param name="Forest">[cells].</param>
internal sealed record ForestTrial(double[] Truth, double[] Gaussian, double[] Forest)
{
    /// <summary>Root-mean-square error of an average.</summary>
    /// <param name="weight">The forest's weight.</param>
    public double Error(double weight) => Math.Sqrt(Enumerable.Range(0, Truth.Length)
        .Average(i => Math.Pow(Truth[i] - (1.0 - weight) * Gaussian[i] - weight * Forest[i], 2)));
}

/// <summary>
/// The weights of forests beside the Gaussian average: the least-squares weight of each column's hidden cells, shrunk to the one that all columns have in
/// common, and that to 0 unless it differs from it by more than chance. With errors e of the average and d by which forest and average differ, the weight
/// is sum(e d) / sum(d^2); where a forest adds nothing, e and d are uncorrelated. A weight that hardly lowers its own column's error is 0.
/// </summary>
internal static class ForestWeights
{
    private const int FewestCells = 5;

    // Cells' worth of the common weight in each column's.
    private const double Shrinkage = 20.0;

    // Standard errors from 0: of the common weight, and of a column's own where there is no common one.
    private const double Margin = 2.0;
    private const double OwnMargin = 3.5;
    private const double LeastWeight = 0.1;

    /// <summary>Share by which the squared error must fall at least.</summary>
    public const double LeastGain = 0.005;

    /// <summary>The same where the generators are fitted to far more rows than those of the trials, and so know more than these.</summary>
    public const double LeastGainOfTall = 0.1;

    /// <summary>The weights, 0 for columns that have no forest.</summary>
    /// <param name="trials">A trial for each column; null for none.</param>
    /// <param name="leastGain">Share by which the squared error must fall, of all columns and of each.</param>
    public static double[] Choose(IReadOnlyList<ForestTrial?> trials, double leastGain = LeastGain)
    {
        var sums = trials.Select(trial => trial is { Truth.Length: >= FewestCells } ? Sums.Of(trial) : default).ToArray();
        var all = sums.Aggregate(default(Sums), (a, b) => a + b);
        if (all.Square == 0.0) return new double[trials.Count];
        var common = Math.Clamp(all.Weight, 0.0, 1.0);
        if (all.Score < Margin || all.Gain < leastGain * all.Error) common = 0.0;
        var borrowed = Shrinkage * all.Square / all.Cells;
        return [.. sums.Select(own =>
        {
            if (own.Square == 0.0 || (common == 0.0 && (own.Score < OwnMargin || own.Gain < leastGain * own.Error))) return 0.0;
            var weight = Math.Clamp((own.Cross + borrowed * common) / (own.Square + borrowed), 0.0, 1.0);
            return weight < LeastWeight || own.Fall(weight) <= leastGain * own.Error ? 0.0 : Math.Round(weight, 2);
        })];
    }

    private readonly record struct Sums(int Cells, double Cross, double Square, double CrossSquares, double Error)
    {
        public double Weight => Cross / Square;

        public double Score => CrossSquares == 0.0 ? 0.0 : Cross / Math.Sqrt(CrossSquares);

        public double Gain => Cross * Cross / Square;

        /// <summary>By how much a weight lowers the sum of squared errors.</summary>
        public double Fall(double weight) => weight * (2.0 * Cross - weight * Square);

        public static Sums Of(ForestTrial trial)
        {
            var sums = default(Sums);
            for (var i = 0; i < trial.Truth.Length; i++)
            {
                var (e, d) = (trial.Truth[i] - trial.Gaussian[i], trial.Forest[i] - trial.Gaussian[i]);
                sums += new Sums(1, e * d, d * d, e * d * e * d, e * e);
            }

            return sums;
        }

        public static Sums operator +(Sums a, Sums b) =>
            new(a.Cells + b.Cells, a.Cross + b.Cross, a.Square + b.Square, a.CrossSquares + b.CrossSquares, a.Error + b.Error);
    }
}
