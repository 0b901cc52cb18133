using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn.Evaluation;
using MissBgm.Trainer.Pfn.Prior;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn;

/// <summary>The averaged weights' losses on a fixed set of prior tasks, so that evaluations of a run compare.</summary>
internal static class FixedTasks
{
    private const int Batches = 12;
    private const int Tasks = 8;
    private const int Rows = 256;
    private const int Context = 192;

    /// <summary>Evaluates a state.</summary>
    public static EvaluationRecord Evaluate(PretrainState state, PretrainConfig config, Device device, CancellationToken cancellation = default) =>
        state.WithAverage(() => Losses(state, config, device, cancellation));

    private static EvaluationRecord Losses(PretrainState state, PretrainConfig config, Device device, CancellationToken cancellation)
    {
        // All tasks labelled, at the missing rates after the warm-up; float32 whatever the training's precision, as the bundle computes.
        var settings = config with { UnlabelledShare = 0, FlowShare = 1, DistillationShare = 1, Precision = "float32" };
        var prior = new ScmPrior(config.Prior);
        var (cross, flow, distillation) = (0.0, 0.0, 0.0);
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
        }

        return new EvaluationRecord(state.Step, state.Tasks, state.Seconds, cross, flow, distillation);
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
    /// <summary>How the weights do on the real tables.</summary>
    public IReadOnlyList<TableScores> Tables { get; init; } = [];
}
