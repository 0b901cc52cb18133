using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Sampling;

/// <summary>
/// Dual averaging of each row's step size as graph (Hoffman and Gelman 2014, Algorithm 5, with its constants): the runtime's, in double
/// precision. After the last update the averaged iterate stays.
/// </summary>
/// <param name="StepSize">The step size to use next, [N].</param>
/// <param name="Statistic">H-bar, [N].</param>
/// <param name="LogAverage">The logarithm of the averaged iterate, [N].</param>
/// <param name="Updates">How many sweeps there were, a scalar.</param>
internal sealed record StepSizeLearning(Tensor StepSize, Tensor Statistic, Tensor LogAverage, Tensor Updates)
{
    private const double Shrinkage = 0.05;
    private const double Offset = 10;
    private const double Forgetting = 0.75;

    /// <summary>Learns from a sweep.</summary>
    /// <param name="acceptance">Its acceptance probabilities, [N], in double precision.</param>
    /// <param name="initial">The first step size.</param>
    /// <param name="target">The acceptance probability to aim at.</param>
    /// <param name="last">How many updates there are, a scalar in double precision.</param>
    public StepSizeLearning Next(Tensor acceptance, double initial, double target, Tensor last)
    {
        var updates = Updates + 1;
        var statistic = Statistic + (target - acceptance - Statistic) / (updates + Offset);
        var logStep = Math.Log(10 * initial) - updates.Sqrt() / Shrinkage * statistic;
        var logAverage = LogAverage + (-Forgetting * updates.Log()).Exp() * (logStep - LogAverage);
        var stepSize = updates.Less(last).Where(logStep.Exp(), updates.Greater(last).Where(StepSize, logAverage.Exp()));
        return new StepSizeLearning(stepSize, statistic, logAverage, updates);
    }
}
