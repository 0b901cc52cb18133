using MissBgm.Runtime.Bundles;

namespace MissBgm.Runtime.Imputation;

/// <summary>How to impute a table.</summary>
public sealed record ImputeOptions
{
    /// <summary>Refinement and sampling; the bundle's own if null.</summary>
    public InferenceSettings? Inference { get; init; }

    /// <summary>Seed of the sampler; equal seeds give equal results.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Give the mode of each missing value only, without sampling.</summary>
    public bool MapOnly { get; init; }

    /// <summary>Chunks of rows computed at once; the results do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>First data row to impute.</summary>
    public int FirstRow { get; init; }

    /// <summary>Data row after the last to impute; the table's end if null.</summary>
    public int? EndRow { get; init; }

    /// <summary>Takes all draws as they are made; they are not kept otherwise.</summary>
    public IReadOnlyList<IDrawSink> DrawSinks { get; init; } = [];

    /// <summary>
    /// What is added to the correlation between noise and selection of each modelled column, [p], with a bundle of a mechanism but the paper's; null to
    /// impute as fitted. The means and variances of observed cells stay as fitted.
    /// </summary>
    internal float[]? CorrelationChange { get; init; }

    /// <summary>Index of the table's first row in the table it is a part of: it keys the row's random numbers.</summary>
    public int RowOffset { get; init; }
}
