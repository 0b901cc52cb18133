namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// The graphs of a PFN-Flow bundle; C context rows, Q query rows, N rows to draw, F features, D the width of an embedding.
/// </summary>
public static class PfnFiles
{
    /// <summary>Context and query to probabilities[Q, classes], embeddings, location[F] and scale[F].</summary>
    public const string Pfn = "pfn.onnx";

    /// <summary>Context and query to guesses of missing cells, context_mean[C,F] and query_mean[Q,F], and their spread[F].</summary>
    public const string FlowBaseline = "flow_baseline.onnx";

    /// <summary>state[N,F], time[N] and embeddings to velocity[N,F].</summary>
    public const string FlowVelocity = "flow_velocity.onnx";

    /// <summary>noise[N,F], values and embeddings to samples[N,F]: all steps of the solver.</summary>
    public const string FlowSampler = "flow_sampler.onnx";

    /// <summary>Of a network over cells: context and query to probabilities[Q, classes], and an embedding, mean and deviation of each cell.</summary>
    public const string Cells = "cells.onnx";

    /// <summary>Of a network over cells: embeddings[N,D] to the bars of each cell's distribution.</summary>
    public const string CellDistribution = "cell_distribution.onnx";

    /// <summary>Of a network over cells: noise[N,F], values and embeddings to samples[N,F].</summary>
    public const string CellSampler = "cell_sampler.onnx";

    /// <summary>The graphs a bundle of kind <see cref="PfnManifest.PfnFlowKind"/> must have.</summary>
    public static IReadOnlyList<string> Required { get; } = [Pfn, FlowBaseline, FlowVelocity, FlowSampler];

    /// <summary>The graphs a bundle of kind <see cref="PfnManifest.PfnCellsKind"/> must have.</summary>
    public static IReadOnlyList<string> RequiredOfCells { get; } = [Cells, FlowBaseline, CellDistribution, CellSampler];
}
