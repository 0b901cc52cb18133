namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>The second-order structural-causal-model prior (Section 4.2, Appendix B).</summary>
public sealed record PriorConfig
{
    /// <summary>
    /// The paper's masks: <c>structural</c>, or <c>nsm</c>, which depend on values but not on other masks (the paper's PFN-NSM). Not read where
    /// <see cref="Masks"/> says more.
    /// </summary>
    public string Kind { get; init; } = "structural";

    /// <summary>Shares of the tasks by the family of their equations; they come to 1.</summary>
    public IReadOnlyDictionary<string, double> Equations { get; init; } = new Dictionary<string, double> { ["network"] = 1 };

    /// <summary>Shares of the columns on which the column pieces act, each for itself; a piece that is not named does not act.</summary>
    public IReadOnlyDictionary<string, double> Columns { get; init; } = new Dictionary<string, double>();

    /// <summary>Shares of the tasks by their missingness mechanism, which come to 1; empty for the one of <see cref="Kind"/>.</summary>
    public IReadOnlyDictionary<string, double> Masks { get; init; } = new Dictionary<string, double>();

    /// <summary>Most features of a task.</summary>
    public int MaximumFeatures { get; init; } = 100;

    /// <summary>Share of the steps whose tasks have few features (at most <see cref="FewFeatures"/>).</summary>
    public double FewFeaturesShare { get; init; } = 0.5;

    /// <summary>What few features are.</summary>
    public int FewFeatures { get; init; } = 15;

    /// <summary>Share of the tasks with two classes; the others have 2 to 10, evenly.</summary>
    public double BinaryShare { get; init; }

    /// <summary>Share of the features that are categorical.</summary>
    public double CategoricalShare { get; init; } = 0.2;

    /// <summary>Share of the tasks without missing cells.</summary>
    public double CompleteShare { get; init; }

    /// <summary>Share of the tasks in which only some of the features have missing cells.</summary>
    public double PartialShare { get; init; }

    /// <summary>Largest missing rate of a feature at the first step.</summary>
    public double MissingRateStart { get; init; } = 0.3;

    /// <summary>Largest missing rate of a feature after the warm-up.</summary>
    public double MissingRateEnd { get; init; } = 0.8;

    /// <summary>Steps over which the largest missing rate rises.</summary>
    public int MissingRateWarmUp { get; init; } = 1000;
}
