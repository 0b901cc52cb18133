using MissBgm.Runtime.Bundles;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Paper;

/// <summary>What a configuration says of refining and sampling.</summary>
internal static class PaperInference
{
    /// <summary>The settings as a bundle's manifest has them.</summary>
    public static InferenceSettings Of(FitConfig config) => Of(config.Paper) with { Alpha = config.Alpha };

    private static InferenceSettings Of(PaperConfig config) => new()
    {
        Beta = config.Beta,
        LatentLearningRate = config.LrZ,
        MissingLearningRate = config.LrX,
        InnerSteps = config.NInnerSteps,
        MapEpochs = config.Posterior.TestEpochs,
        GradientClip = config.Posterior.ClipGradNorm,
        Draws = config.Posterior.NMcmc,
        BurnIn = config.Posterior.BurnIn,
        Chains = config.Posterior.NChains,
        LeapfrogSteps = config.Posterior.NumLeapfrogSteps,
        StepSize = config.Posterior.StepSize,
    };
}
