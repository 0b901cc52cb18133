using MissBgm.Trainer.Simulation;

namespace MissBgm.Bench.Studies.Peers;

/// <summary>
/// Missing at random by a logistic model (Muzellec et al., "Missing data imputation using optimal transport", ICML 2020): a share of the columns stays
/// complete, and every other one loses cells by a combination of those with standard normal weights, scaled to unit standard deviation.
/// </summary>
internal static class LogisticMarMask
{
    private const double CompleteShare = 0.3;

    /// <summary>Draws which cells are observed.</summary>
    /// <param name="standardised">The table, standardised by column, [n, p].</param>
    /// <param name="missingRate">Share of each incomplete column's cells that is hidden.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static Matrix<byte> Draw(Matrix<float> standardised, double missingRate, ulong seed)
    {
        var (n, p, random) = (standardised.Rows, standardised.Columns, new NumpyGenerator(seed));
        var order = Enumerable.Range(0, p).Select(column => (column, random.Uniform())).OrderBy(pair => pair.Item2).Select(pair => pair.column).ToArray();
        var complete = order[..Math.Max(1, (int)Math.Round(CompleteShare * p))];
        var observed = new Matrix<byte>(n, p);
        Array.Fill(observed.Values, (byte)1);
        foreach (var column in order[complete.Length..])
        {
            var weights = Array.ConvertAll(complete, _ => random.StandardNormal());
            var scores = Enumerable.Range(0, n).Select(row => complete.Index().Sum(c => weights[c.Index] * standardised[row, c.Item])).ToArray();
            var (mean, deviation) = (scores.Average(), 0.0);
            deviation = Math.Sqrt(scores.Average(score => (score - mean) * (score - mean)));
            scores = [.. scores.Select(score => (score - mean) / Math.Max(deviation, 1e-9))];
            var intercept = InterceptFor(scores, missingRate);
            for (var row = 0; row < n; row++) observed[row, column] = random.Uniform() < Sigmoid(scores[row] + intercept) ? (byte)0 : (byte)1;
        }

        return observed;
    }

    private static double InterceptFor(double[] scores, double rate)
    {
        var (low, high) = (-20.0, 20.0);
        for (var step = 0; step < 60; step++)
        {
            var middle = 0.5 * (low + high);
            if (scores.Average(score => Sigmoid(score + middle)) > rate) high = middle;
            else low = middle;
        }

        return low;
    }

    private static double Sigmoid(double t) => 1 / (1 + Math.Exp(-t));
}
