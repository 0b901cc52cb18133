namespace MissBgm.Trainer.Simulation;

/// <summary>Calibrates a logistic mask to its rate.</summary>
internal static class LogisticIntercept
{
    /// <summary>The intercept b in [-20, 20] at which the mean of sig(score + b) is the target, by 80 bisections.</summary>
    internal static double ForMeanProbability(ReadOnlySpan<double> scores, double target)
    {
        var (low, high) = (-20.0, 20.0);
        for (var iteration = 0; iteration < 80; iteration++)
        {
            var middle = 0.5 * (low + high);
            if (MeanProbability(scores, middle) > target) high = middle;
            else low = middle;
        }

        return 0.5 * (low + high);
    }

    /// <summary>sig(t) = 1 / (1 + exp(-t)).</summary>
    internal static double Sigmoid(double t) => 1 / (1 + Math.Exp(-t));

    private static double MeanProbability(ReadOnlySpan<double> scores, double intercept)
    {
        var sum = 0.0;
        foreach (var score in scores) sum += Sigmoid(score + intercept);
        return sum / scores.Length;
    }
}
