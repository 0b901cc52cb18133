namespace MissBgm.Trainer.Running;

/// <summary>How a fit is run, apart from its hyper-parameters.</summary>
public sealed record FitOptions
{
    /// <summary>Seed of all random numbers.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads of a collapsed model's fit, whose results do not depend on it; the paper's steps are too small to share.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where mechanism <c>paper</c> keeps a checkpoint; null for none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Whether to continue from the checkpoint.</summary>
    public bool Resume { get; init; }

    /// <summary>Work between two checkpoints.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Who is told how it goes.</summary>
    public IProgress<FitProgress>? Progress { get; init; }

    /// <summary>Measures the steps; null to leave them unmeasured.</summary>
    public StepProfile? Profile { get; init; }
}
