namespace MissBgm.Trainer.Collapsed;

/// <summary>
/// Weights of an average of predictions, by forward selection with replacement (Caruana et al., "Ensemble selection from libraries of models", ICML 2004):
/// twenty times the candidate whose addition to the average lowers the squared error most. The average gains over the first candidate, the simplest, by
/// chance too: of the square of a gain g of standard error s, the share 1 - s^2 / g^2 is not the error's, and by that share (the positive part of James
/// and Stein's) the weights go from the first candidate to those selected.
/// </summary>
internal static class StackingWeights
{
    private const int Rounds = 20;

    // Weights are multiples of a power of 2, so that their sum is 1 in whatever order.
    private const double Steps = 4096;

    /// <summary>The weights, [candidates], which sum to 1.</summary>
    /// <param name="predictions">Of each candidate, [candidates][cells].</param>
    /// <param name="truth">[cells].</param>
    public static double[] Choose(double[][] predictions, double[] truth)
    {
        var picked = new int[predictions.Length];
        var sum = new double[truth.Length];
        for (var round = 1; round <= Rounds; round++)
        {
            var best = Enumerable.Range(0, predictions.Length).MinBy(c => SquaredError(cell => (sum[cell] + predictions[c][cell]) / round, truth));
            for (var cell = 0; cell < sum.Length; cell++) sum[cell] += predictions[best][cell];
            picked[best]++;
        }

        var kept = Kept(predictions[0], [.. sum.Select(total => total / Rounds)], truth);
        var weights = picked.Select((times, c) => Math.Floor(Steps * ((c == 0 ? 1.0 - kept : 0.0) + kept * times / Rounds)) / Steps).ToArray();
        weights[Array.IndexOf(picked, picked.Max())] += 1.0 - weights.Sum();
        return weights;
    }

    private static double Kept(double[] simplest, double[] average, double[] truth)
    {
        var (sum, squares, n) = (0.0, 0.0, truth.Length);
        for (var i = 0; i < n; i++)
        {
            var gain = (simplest[i] - truth[i]) * (simplest[i] - truth[i]) - (average[i] - truth[i]) * (average[i] - truth[i]);
            (sum, squares) = (sum + gain, squares + gain * gain);
        }

        var variance = squares - sum * sum / n;
        return sum <= 0.0 ? 0.0 : Math.Max(0.0, 1.0 - variance / (sum * sum));
    }

    /// <summary>Root-mean-square error of the weighted average.</summary>
    public static double Error(double[][] predictions, double[] weights, double[] truth) =>
        Math.Sqrt(SquaredError(cell => Enumerable.Range(0, weights.Length).Sum(c => weights[c] * predictions[c][cell]), truth));

    private static double SquaredError(Func<int, double> prediction, double[] truth)
    {
        var sum = 0.0;
        for (var cell = 0; cell < truth.Length; cell++) sum += (prediction(cell) - truth[cell]) * (prediction(cell) - truth[cell]);
        return sum / truth.Length;
    }
}
