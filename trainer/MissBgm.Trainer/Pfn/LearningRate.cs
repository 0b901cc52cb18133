using MissBgm.Trainer.Tensors;

namespace MissBgm.Trainer.Pfn;

/// <summary>The learning rate of each step: a linear rise, a plateau at the peak, a cosine decay (Appendix B).</summary>
internal static class LearningRate
{
    /// <summary>The rate of a step.</summary>
    /// <param name="config">The schedule.</param>
    /// <param name="step">Steps that are done.</param>
    public static double At(PretrainConfig config, long step)
    {
        var rise = config.WarmUpSteps == 0 ? 1 : Math.Min(1, (step + 1.0) / config.WarmUpSteps);
        var decayed = config.DecaySteps == 0 ? 0 : Math.Clamp((step - (config.Steps - (double)config.DecaySteps)) / config.DecaySteps, 0, 1);
        var peak = config.LearningRate * rise;
        return config.MinimumLearningRate + (peak - config.MinimumLearningRate) * RateSchedule.Cosine(decayed);
    }
}
