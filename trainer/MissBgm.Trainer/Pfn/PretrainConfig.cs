using MissBgm.Trainer.Pfn.Evaluation;

namespace MissBgm.Trainer.Pfn;

/// <summary>How a PFN-Flow network is pretrained; each property is a key of the YAML file. The defaults are the paper's (Appendix B).</summary>
public sealed record PretrainConfig
{
    /// <summary>Sizes of the network.</summary>
    public NetworkConfig Network { get; init; } = new();

    /// <summary>The prior over tasks.</summary>
    public PriorConfig Prior { get; init; } = new();

    /// <summary>Rows of a task: drawn evenly from this list for each step.</summary>
    public IReadOnlyList<int> Rows { get; init; } = [1152];

    /// <summary>Rows of all tasks of a step together: a step holds RowsPerStep / rows tasks.</summary>
    public int RowsPerStep { get; init; } = 64 * 1152;

    /// <summary>Smallest share of a task's rows that is context.</summary>
    public double ContextMinimum { get; init; } = 0.95;

    /// <summary>Largest share of a task's rows that is context.</summary>
    public double ContextMaximum { get; init; } = 0.95;

    /// <summary>Share of the tasks whose labels are withheld, so that tables without a label can be imputed.</summary>
    public double UnlabelledShare { get; init; }

    /// <summary>Optimiser steps of the whole run; a run can be prolonged by raising it.</summary>
    public int Steps { get; init; } = 100_000;

    /// <summary>Steps over which the learning rate rises from zero.</summary>
    public int WarmUpSteps { get; init; } = 2000;

    /// <summary>Steps before the end at which the cosine decay sets in; up to there the rate stays at its peak.</summary>
    public int DecaySteps { get; init; } = 98_000;

    /// <summary>Adam's learning rate at its peak.</summary>
    public double LearningRate { get; init; } = 3e-5;

    /// <summary>The learning rate at the end of the decay.</summary>
    public double MinimumLearningRate { get; init; } = 1e-8;

    /// <summary>Norm to which the gradient of a step is clipped.</summary>
    public double ClipGradientNorm { get; init; } = 1;

    /// <summary>Decay a step of the averaged weights, which are the ones that are evaluated and exported.</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>Weight of the flow-matching loss (Eq. 4).</summary>
    public double FlowWeight { get; init; } = 0.1;

    /// <summary>Share of a step's tasks on which the flow-matching loss is computed.</summary>
    public double FlowShare { get; init; } = 1;

    /// <summary>Weight of the self-distillation loss.</summary>
    public double DistillationWeight { get; init; } = 0.1;

    /// <summary>Share of a step's tasks on which the self-distillation loss is computed.</summary>
    public double DistillationShare { get; init; } = 1;

    /// <summary>What matrix products are computed in: <c>float32</c>, <c>bfloat16</c>, or <c>auto</c> for bfloat16 on CUDA and float32 elsewhere.</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>What the bundle's weights are rounded to and stored in: <c>float32</c>, or <c>float16</c> for a file of half the size. Computations stay in float32.</summary>
    public string BundleWeights { get; init; } = "float32";

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointSteps { get; init; } = 200;

    /// <summary>Steps between evaluations on the fixed tasks.</summary>
    public int EvaluationSteps { get; init; } = 1000;

    /// <summary>Real tables on which each evaluation scores the weights besides.</summary>
    public IReadOnlyList<EvaluationTable> EvaluationTables { get; init; } = [];

    /// <summary>Seed of the weights, the tasks and the noise.</summary>
    public ulong Seed { get; init; } = 42;
}

/// <summary>Sizes of the network.</summary>
public sealed record NetworkConfig
{
    /// <summary>Features the network has room for, F.</summary>
    public int Features { get; init; } = 100;

    /// <summary>Classes the network has room for, K.</summary>
    public int Classes { get; init; } = 10;

    /// <summary>Width of a row token, D.</summary>
    public int Width { get; init; } = 512;

    /// <summary>Layers of the backbone.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>Attention heads; they divide the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Hidden width of the feed-forward parts.</summary>
    public int FeedForward { get; init; } = 1024;

    /// <summary>Layers of the flow head.</summary>
    public int FlowLayers { get; init; } = 2;
}

/// <summary>The second-order structural-causal-model prior (Section 4.2, Appendix B).</summary>
public sealed record PriorConfig
{
    /// <summary><c>structural</c>, or <c>nsm</c>: masks depend on values but not on other masks (the paper's PFN-NSM).</summary>
    public string Kind { get; init; } = "structural";

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
