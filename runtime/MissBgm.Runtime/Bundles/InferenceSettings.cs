namespace MissBgm.Runtime.Bundles;

/// <summary>How a bundle is meant to be refined and sampled; the command line may override each (MissBGM Section 4.3, Appendix E.4, Table 6).</summary>
public sealed record InferenceSettings
{
    /// <summary>Temperature of the mask term (MissBGM Eq. 8).</summary>
    public double Beta { get; init; } = 0.01;

    /// <summary>Adam learning rate for the latent variables during MAP refinement.</summary>
    public double LatentLearningRate { get; init; } = 0.002;

    /// <summary>Adam learning rate for the missing values during MAP refinement.</summary>
    public double MissingLearningRate { get; init; } = 0.002;

    /// <summary>Alternations of a z and an x step per pass over the rows.</summary>
    public int InnerSteps { get; init; } = 3;

    /// <summary>Passes over rows that were not in the training table before sampling (T_warm, test_epochs).</summary>
    public int MapEpochs { get; init; } = 30;

    /// <summary>Gradient clipping norm of the MAP refinement.</summary>
    public double GradientClip { get; init; } = 25.0;

    /// <summary>Retained posterior draws per chain.</summary>
    public int Draws { get; init; } = 1000;

    /// <summary>Warm-up sweeps per chain, discarded.</summary>
    public int BurnIn { get; init; } = 1000;

    /// <summary>Number of chains.</summary>
    public int Chains { get; init; } = 4;

    /// <summary>Leapfrog steps of each HMC update.</summary>
    public int LeapfrogSteps { get; init; } = 5;

    /// <summary>Initial leapfrog step size.</summary>
    public double StepSize { get; init; } = 0.1;

    /// <summary>Acceptance rate that dual averaging aims at.</summary>
    public double TargetAcceptance { get; init; } = 0.75;

    /// <summary>Share of the burn-in during which the step size adapts.</summary>
    public double AdaptationShare { get; init; } = 0.8;

    /// <summary>Significance level: intervals cover 1 - Alpha.</summary>
    public double Alpha { get; init; } = 0.05;
}
