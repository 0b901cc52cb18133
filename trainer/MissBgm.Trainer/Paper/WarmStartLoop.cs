using MissBgm.Runtime;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Running;
using MissBgm.Trainer.Tables;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper;

/// <summary>Brings Z, X and the networks to the start of Algorithm 1: KNN completion, then the warm start and Z = e(X) (Appendix E.2, Eq. 68).</summary>
internal static class WarmStartLoop
{
    private const int Neighbours = 5;
    private const int LatentStream = 100;

    public static void Run(FitState state, CheckpointSchedule checkpoints, IProgress<FitProgress>? progress, CancellationToken cancel)
    {
        if (state.WarmStartPending && state.WarmStart is null) state.BeginWarmStart();
        if (state.Position == default) Complete(state, checkpoints, cancel);

        if (state.WarmStartPending)
        {
            Iterate(state, checkpoints, progress, cancel);
            StartLatent(state, Encode(state));
        }
        else if (state.Position == default)
        {
            // Without the warm start z begins as a draw from its prior, as in the authors' code.
            StartLatent(
                state,
                new Noise(state.Random, state.Device).Normal(
                    RandomPurpose.Initialisation, LatentStream, 0, state.Table.Rows, state.Model.LatentDimension));
        }
    }

    /// <summary>Starts rows for networks that are fitted already: KNN completion and Z = e(X).</summary>
    public static void StartRows(FitState state, CancellationToken cancel)
    {
        Complete(state, cancel);
        StartLatent(state, Encode(state));
    }

    // A fit that is cancelled meanwhile keeps where it stands, and completes its rows anew when it goes on.
    private static void Complete(FitState state, CheckpointSchedule checkpoints, CancellationToken cancel)
    {
        try
        {
            Complete(state, cancel);
        }
        catch (OperationCanceledException)
        {
            checkpoints.BetweenBatches(null, cancel);
            throw;
        }
    }

    private static void Complete(FitState state, CancellationToken cancel)
    {
        // Of levels, the neighbours' most frequent.
        var neighbours = state.Layout.Decided(KnnImputer.Complete(state.Layout.Expand(state.Table), Neighbours, cancel));
        using var completed = tensor(neighbours, state.Completed.Values.shape, device: state.Device);
        state.Completed.Values.copy_(completed);
    }

    private static void Iterate(FitState state, CheckpointSchedule checkpoints, IProgress<FitProgress>? progress, CancellationToken cancel)
    {
        var warmStart = state.WarmStart!;
        var total = state.Config.EgmInit.NIter;
        var reporter = new StageReporter(progress, FitStage.WarmStart, state.Position.WarmStartIterations, total);
        for (var iteration = state.Position.WarmStartIterations; iteration < total; iteration++)
        {
            checkpoints.BetweenBatches(null, cancel);
            var (discriminators, encoderGenerator) = warmStart.Step(state.Completed.Values, iteration);
            if (!double.IsFinite(discriminators + encoderGenerator))
            {
                throw new NumericalException(
                    $"the warm start's losses are no longer finite at iteration {iteration + 1}; "
                    + $"lower paper.egm_init.lr (now {state.Config.EgmInit.Lr}), look for extreme values in the table, "
                    + "or set paper.egm_init.enabled: false.");
            }

            state.Position = state.Position with { WarmStartIterations = iteration + 1 };
            reporter.Report(iteration + 1, new Dictionary<string, double> { ["discriminators"] = discriminators, ["encoder_generator"] = encoderGenerator });
        }

        state.EndWarmStart();
    }

    private static Tensor Encode(FitState state)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        return state.Model.Encoder.Forward(state.Completed.Values, trainable: false).MoveToOuterDisposeScope();
    }

    private static void StartLatent(FitState state, Tensor start)
    {
        using (start)
        {
            state.Latent.Values.copy_(start);
        }
    }
}
