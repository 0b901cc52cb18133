using MissBgm.Trainer.Pfn.Evaluation;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;

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

    /// <summary>
    /// Cells of all tasks of a step together, the label's column included, where that makes fewer tasks than <see cref="RowsPerStep"/>: wide tables
    /// then take no more time than narrow ones. 0 for no such limit.
    /// </summary>
    public int CellsPerStep { get; init; }

    /// <summary>Smallest share of a task's rows that is context.</summary>
    public double ContextMinimum { get; init; } = 0.95;

    /// <summary>Largest share of a task's rows that is context.</summary>
    public double ContextMaximum { get; init; } = 0.95;

    /// <summary>Share of the tasks whose labels are withheld, so that tables without a label can be imputed.</summary>
    public double UnlabelledShare { get; init; }

    /// <summary>Share of the tasks in which one column is hidden in all query rows, as a numeric target is.</summary>
    public double TargetShare { get; init; }

    /// <summary>
    /// What the training's tasks lack, to see that a network without it loses what it should: <c>none</c>, <c>shuffled_labels</c> or
    /// <c>shuffled_masks</c>. Evaluations are of the tasks as they are.
    /// </summary>
    public string Control { get; init; } = "none";

    /// <summary>What moves the matrices of the transformer's layers: <c>adam</c> or <c>muon</c>; all else is moved by Adam.</summary>
    public string Optimizer { get; init; } = "adam";

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

    /// <summary>Weight of the loss of the missing cells' own distributions; of a backbone over cells.</summary>
    public double CellWeight { get; init; } = 1;

    /// <summary>Weight of the self-distillation loss.</summary>
    public double DistillationWeight { get; init; } = 0.1;

    /// <summary>Share of a step's tasks on which the self-distillation loss is computed.</summary>
    public double DistillationShare { get; init; } = 1;

    /// <summary>What matrix products are computed in: <c>float32</c>, <c>bfloat16</c>, or <c>auto</c> for bfloat16 on CUDA and float32 elsewhere.</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>
    /// What the bundle's weights are rounded to and stored in: <c>float32</c>, or <c>float16</c> for a file of half the size. Computations
    /// stay in float32.
    /// </summary>
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
