namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>Averages of probabilities that are given by their logarithms.</summary>
internal static class LogMean
{
    /// <summary>log of the mean of e^x.</summary>
    public static double Of(IReadOnlyList<double> logs)
    {
        var largest = logs.Max();
        return double.IsNegativeInfinity(largest) ? largest : largest + Math.Log(logs.Average(x => Math.Exp(x - largest)));
    }

    /// <summary>log of the weighted mean of e^x.</summary>
    public static double Weighted(IReadOnlyList<double> logs, IReadOnlyList<double> weights)
    {
        var largest = logs.Max();
        return largest + Math.Log(logs.Zip(weights, (log, weight) => weight * Math.Exp(log - largest)).Sum());
    }

    /// <summary>log((1 - share) e^a + share e^b); of share 1 it is b, however far below a.</summary>
    public static double Between(double a, double b, double share) => share == 1.0 ? b : Weighted([a, b], [1.0 - share, share]);
}
