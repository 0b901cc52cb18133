using System.Text.Json.Serialization;
using MissBgm.Runtime.Diagnostics;

namespace MissBgm.Runtime.Bundles;

/// <summary>How draws of the missing values are made; both have the same target (MissBGM Eq. 11).</summary>
public enum SamplerKind
{
    /// <summary>HMC on z and the missing values together, in their own units.</summary>
    Joint,

    /// <summary>The paper's HMC within Gibbs: z given the missing values, then the missing values given z.</summary>
    Paper,
}

/// <summary>How a bundle is meant to be refined and sampled; the command line may override each (MissBGM Section 4.3, Appendix E.4, Table 6).</summary>
public sealed record InferenceSettings
{
    /// <summary>The defaults.</summary>
    public InferenceSettings()
    {
    }

    // Generated code gives members that a manifest lacks the default of their parameter, not that of their property.
    [JsonConstructor]
    internal InferenceSettings(
        SamplerKind sampler = SamplerKind.Joint, double beta = 0.01, double latentLearningRate = 0.002, double missingLearningRate = 0.002, int innerSteps = 3,
        int mapEpochs = 30, double gradientClip = 25.0, int draws = 1000, int burnIn = 1000, int chains = 4, int leapfrogSteps = 5, double stepSize = 0.1,
        double targetAcceptance = 0.75, double adaptationShare = 0.8, double alpha = 0.05)
    {
        (Sampler, Beta, LatentLearningRate, MissingLearningRate, InnerSteps) = (sampler, beta, latentLearningRate, missingLearningRate, innerSteps);
        (MapEpochs, GradientClip, Draws, BurnIn, Chains) = (mapEpochs, gradientClip, draws, burnIn, chains);
        (LeapfrogSteps, StepSize, TargetAcceptance, AdaptationShare, Alpha) = (leapfrogSteps, stepSize, targetAcceptance, adaptationShare, alpha);
    }

    /// <summary>How draws are made.</summary>
    public SamplerKind Sampler { get; init; } = SamplerKind.Joint;

    /// <summary>Temperature of the mask term (MissBGM Eq. 8).</summary>
    public double Beta { get; init; } = 0.01;

    /// <summary>Adam learning rate for the latent variables at which MAP refinement ends; it starts 32 times higher.</summary>
    public double LatentLearningRate { get; init; } = 0.002;

    /// <summary>Adam learning rate for the missing values, in standard deviations given z, at which MAP refinement ends; it starts 32 times higher.</summary>
    public double MissingLearningRate { get; init; } = 0.002;

    /// <summary>Tens of steps per pass of MAP refinement.</summary>
    public int InnerSteps { get; init; } = 3;

    /// <summary>
    /// At most so many passes over rows that were not in the training table (T_warm, test_epochs); a row that has converged stops earlier. The
    /// paper's 30 passes of three steps at rate 0.002 move a value by at most 0.18 and so seldom reach the mode.
    /// </summary>
    public int MapEpochs { get; init; } = 30;

    /// <summary>Gradient clipping norm of the MAP refinement.</summary>
    public double GradientClip { get; init; } = 25.0;

    /// <summary>Retained posterior draws per chain.</summary>
    public int Draws { get; init; } = 1000;

    /// <summary>Warm-up sweeps per chain, discarded.</summary>
    public int BurnIn { get; init; } = 1000;

    /// <summary>Number of chains.</summary>
    public int Chains { get; init; } = 4;

    /// <summary>Mean leapfrog steps of an HMC update; the number of each sweep is random.</summary>
    public int LeapfrogSteps { get; init; } = 5;

    /// <summary>Initial leapfrog step size.</summary>
    public double StepSize { get; init; } = 0.1;

    /// <summary>Acceptance rate that dual averaging aims at.</summary>
    public double TargetAcceptance { get; init; } = 0.75;

    /// <summary>Share of the burn-in during which the step size adapts.</summary>
    public double AdaptationShare { get; init; } = 0.8;

    /// <summary>Significance level: intervals cover 1 - Alpha.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>
    /// Draws of a cell, all chains together, that are kept at most: their mean is then known to a thousandth of the posterior's standard
    /// deviation.
    /// </summary>
    internal const int MostDraws = ConvergenceVerdict.MostDraws;

    private const int MostSteps = 1_000_000;

    private const int MostLeapfrogSteps = 10_000;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="UserInputException">A setting is out of range; the message names it and what is allowed.</exception>
    public void Validate()
    {
        Require(Beta is >= 0 and <= 1, nameof(Beta), Beta, "from 0 to 1");
        Require(LatentLearningRate is > 0 and < double.PositiveInfinity, nameof(LatentLearningRate), LatentLearningRate, "above 0");
        Require(MissingLearningRate is > 0 and < double.PositiveInfinity, nameof(MissingLearningRate), MissingLearningRate, "above 0");
        Require(InnerSteps is > 0 and <= MostSteps / 1000, nameof(InnerSteps), InnerSteps, $"from 1 to {MostSteps / 1000}");
        Require(MapEpochs is >= 0 and <= MostSteps / 10, nameof(MapEpochs), MapEpochs, $"from 0 to {MostSteps / 10}");
        Require(GradientClip is > 0 and < double.PositiveInfinity, nameof(GradientClip), GradientClip, "above 0");
        Require(Draws is > 0 and <= MostDraws, nameof(Draws), Draws, $"from 1 to {MostDraws}; 1000 of each chain are usual");
        Require(
            BurnIn is >= 0 and <= MostSteps, nameof(BurnIn), BurnIn,
            $"from 0 to {MostSteps}: every chain of every row runs through them, and 1000 are usual");
        Require(Chains is > 0 and <= 64, nameof(Chains), Chains, "from 1 to 64");
        if ((long)Draws * Chains > MostDraws)
        {
            throw new UserInputException(
                $"{Chains} chains of {Draws} draws are {(long)Draws * Chains} of each cell, and at most {MostDraws} are kept; with "
                + $"{Chains} chains {MostDraws / Chains} draws would do, 1000 are usual.");
        }

        Require(LeapfrogSteps is > 0 and <= MostLeapfrogSteps, nameof(LeapfrogSteps), LeapfrogSteps, $"from 1 to {MostLeapfrogSteps}");
        Require(StepSize is > 0 and < double.PositiveInfinity, nameof(StepSize), StepSize, "above 0");
        Require(TargetAcceptance is > 0 and < 1, nameof(TargetAcceptance), TargetAcceptance, "between 0 and 1");
        Require(AdaptationShare is >= 0 and <= 1, nameof(AdaptationShare), AdaptationShare, "from 0 to 1");
        Require(Alpha is > 0 and < 1, nameof(Alpha), Alpha, "between 0 and 1");
    }

    private static void Require(bool condition, string name, double value, string allowed)
    {
        if (!condition) throw new UserInputException($"Inference setting {name} is {value}; allowed is {allowed}.");
    }
}
