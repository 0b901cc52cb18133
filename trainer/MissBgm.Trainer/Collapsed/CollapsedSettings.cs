using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Collapsed;

/// <summary>Maps between columns of numbers and their Gaussian columns.</summary>
public enum MarginalMaps
{
    /// <summary>Atoms and bounds, and normal scores where they do better.</summary>
    Auto,

    /// <summary>Atoms and bounds; the scale stays.</summary>
    Support,

    /// <summary>None: columns are modelled and drawn as they are.</summary>
    None,
}

/// <summary>How the collapsed model is fitted.</summary>
public sealed record CollapsedSettings
{
    /// <summary>The mechanism to fit; null lets the evidence choose.</summary>
    public Mechanism? Mechanism { get; init; }

    /// <summary>Latent dimension d; at most p - 2, and one for ten rows, is used.</summary>
    public int LatentDimension { get; init; } = 5;

    /// <summary>Fewest Adam steps of the Laplace-EM fit.</summary>
    public int Steps { get; init; } = 1500;

    /// <summary>Rows per mini-batch.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Adam's starting rate.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Whether mixtures of linear generators are weighed against the linear one; without, the linear generator is fitted alone.</summary>
    public bool Mixtures { get; init; } = true;

    /// <summary>Draws of the parameters from their posterior; 0 leaves the parameters at their estimates.</summary>
    public int ParameterDraws { get; init; } = 20;

    /// <summary>Adam steps of each, from where the fit ended, where the mechanism is selection.</summary>
    public int DrawSteps { get; init; } = 200;

    /// <summary>Which maps columns of numbers may have.</summary>
    public MarginalMaps Marginals { get; init; } = MarginalMaps.Auto;

    /// <summary>Columns that have cells which must stay empty: their masks follow a rule, and say nothing of values.</summary>
    public IReadOnlyCollection<string> KeptEmpty { get; init; } = [];

    /// <summary>Whether discrete columns may have trees beside their latent normal variables.</summary>
    public bool Trees { get; init; } = true;

    /// <summary>Whether ordinal and binary columns are drawn by latent normal variables cut into intervals, not by their scores.</summary>
    public bool Intervals { get; init; } = true;

    /// <summary>Whether columns of numbers may have forests beside the Gaussian generators, where the mask is ignorable and mixtures are weighed.</summary>
    public bool Forests { get; init; } = true;

    /// <summary>Threads; results do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>What a configuration says of the fit.</summary>
    /// <param name="config">The configuration, its mechanism any but <c>paper</c>.</param>
    /// <param name="threads">Threads.</param>
    public static CollapsedSettings Of(FitConfig config, int threads)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new CollapsedSettings
        {
            Mechanism = config.Mechanism == "auto" ? null : Enum.Parse<Mechanism>(config.Mechanism, ignoreCase: true),
            LatentDimension = config.ZDim,
            Steps = config.Collapsed.Steps,
            BatchSize = config.Collapsed.BatchSize,
            LearningRate = config.Collapsed.Lr,
            Marginals = Enum.Parse<MarginalMaps>(config.Collapsed.Marginals, ignoreCase: true),
            Trees = config.Collapsed.Levels == "auto",
            Intervals = config.Collapsed.Levels != "scores",
            Mixtures = config.Collapsed.Generator != "linear",
            Forests = config.Collapsed.Generator == "auto",
            ParameterDraws = config.Collapsed.Proper ? config.Collapsed.ParameterDraws : 0,
            KeptEmpty = [.. config.KeepEmpty.Select(rule => KeepEmptyRule.Parse(rule).Column)],
            Threads = threads,
        };
    }
}
