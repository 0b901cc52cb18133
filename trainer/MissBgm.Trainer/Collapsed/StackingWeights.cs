namespace MissBgm.Trainer.Collapsed;

/// <summary>
/// Weights of an average of predictions, by forward selection with replacement (Caruana et al., "Ensemble selection from libraries of models", ICML 2004):
/// twenty times the candidate whose addition to the average lowers the squared error most, so that a weight is a multiple of a twentieth.
/// </summary>
internal static class StackingWeights
{
    private const int Rounds = 20;

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

        // Twenty twentieths added up are more than 1.
        return Array.ConvertAll(picked, times => (double)times / Rounds);
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
