using MissBgm.Trainer.Paper.Steps;

namespace MissBgm.Trainer.Paper;

/// <summary>How a fit is run, apart from its hyper-parameters.</summary>
public sealed record FitOptions
{
    /// <summary>Seed of all random numbers.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Where to keep a checkpoint; null for none.</summary>
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
