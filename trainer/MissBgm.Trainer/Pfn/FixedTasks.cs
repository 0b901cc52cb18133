using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn.Evaluation;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn;

/// <summary>The averaged weights' losses on a fixed set of prior tasks, so that evaluations of a run compare.</summary>
internal static class FixedTasks
{
    /// <summary>Batches of tasks, the k-th drawn with the step k.</summary>
    public const int Batches = 12;

    /// <summary>Tasks of a batch.</summary>
    public const int Tasks = 8;

    /// <summary>Rows of a task.</summary>
    public const int Rows = 256;

    /// <summary>Rows of them that are context.</summary>
    public const int Context = 192;

    // Guessing cells along a flow takes long; two batches tell networks apart.
    private const int GuessedBatches = 2;

    /// <summary>Evaluates a state.</summary>
    public static EvaluationRecord Evaluate(PretrainState state, PretrainConfig config, Device device, CancellationToken cancellation = default) =>
        state.WithAverage(() => Losses(state, config, device, cancellation));

    private static EvaluationRecord Losses(PretrainState state, PretrainConfig config, Device device, CancellationToken cancellation)
    {
        // All tasks labelled, at the missing rates after the warm-up; float32 whatever the training's precision, as the bundle computes.
        var settings = config with { UnlabelledShare = 0, FlowShare = 1, DistillationShare = 1, Precision = "float32" };
        var prior = new ScmPrior(config.Prior);
        var (cross, flow, distillation, cell, error) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (var batch = 0; batch < Batches; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            using var random = new StepRandom(0, RandomPurpose.PriorEvaluation, batch, device);
            var tasks = prior.Draw(random, config.Prior.MissingRateWarmUp, Tasks, Rows);
            var losses = PretrainLosses.Of(state.Network, settings, tasks, Context, random, trainable: false);
            cross += losses.Class.item<float>() / Batches;
            flow += losses.Flow.item<float>() / Batches;
            distillation += losses.Distillation.item<float>() / Batches;
            cell += losses.Cell.item<float>() / Batches;
            if (batch < GuessedBatches) error += Error(state, tasks, random) / GuessedBatches;
        }

        return new EvaluationRecord(state.Step, state.Tasks, state.Seconds, cross, flow, distillation)
        {
            ProcessorSeconds = state.ProcessorSeconds,
            Cell = cell,
            CellError = error,
        };
    }

    // Mean absolute error of missing cells, in standard deviations of what the context shows of their columns.
    private static double Error(PretrainState state, TaskBatch tasks, StepRandom random)
    {
        using var off = no_grad();
        var values = Standardisation.Of(tasks.Values, tasks.Observed, Context).Apply(tasks.Values);
        var missing = 1 - tasks.Observed;
        var guess = CellGuess.Of(state.Network, values, tasks.Observed, Context, random);
        return (((guess - values).abs() * missing).sum() / missing.sum().clamp(1)).item<float>();
    }
}

/// <summary>An evaluation on the fixed tasks.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Tasks">Tasks seen.</param>
/// <param name="Seconds">Seconds spent.</param>
/// <param name="Class">Cross-entropy of the query labels, nats.</param>
/// <param name="Flow">Flow-matching loss.</param>
/// <param name="Distillation">Self-distillation loss.</param>
public sealed record EvaluationRecord(long Step, long Tasks, double Seconds, double Class, double Flow, double Distillation)
{
    /// <summary>Processor seconds spent.</summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>Negative log density of missing cells, nats; 0 of a backbone over rows.</summary>
    public double Cell { get; init; }

    /// <summary>Mean absolute error of missing cells on some of the tasks, in standard deviations of what is shown of their columns.</summary>
    public double CellError { get; init; }

    /// <summary>The header of the evaluations' file.</summary>
    public const string Header = "step,tasks,seconds,class,flow,distillation,processor_seconds,cell,cell_error";

    /// <summary>The evaluation as a line of that file.</summary>
    public string ToLine() => FormattableString.Invariant(
        $"{Step},{Tasks},{Seconds:F1},{Class:F5},{Flow:F5},{Distillation:F5},{ProcessorSeconds:F1},{Cell:F5},{CellError:F5}");

    /// <summary>How the weights do on the real tables.</summary>
    public IReadOnlyList<TableScores> Tables { get; init; } = [];
}
