using MissBgm.Runtime;
using MissBgm.Trainer.Paper.Steps;
using MissBgm.Trainer.Running;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper;

/// <summary>Algorithm 1: epochs over shuffled mini-batches.</summary>
internal static class EpochLoop
{
    /// <summary>Runs the epochs still to come.</summary>
    /// <returns>Mean losses of the last epoch.</returns>
    public static BatchLosses Run(FitState state, CheckpointSchedule checkpoints, IProgress<FitProgress>? progress, CancellationToken cancel)
    {
        var outcome = state.Outcome;
        var reporter = new StageReporter(progress, FitStage.Epochs, state.Position.Epochs, state.Config.Epochs);
        var losses = default(BatchLosses);
        while (!outcome.Finished)
        {
            checkpoints.BetweenBatches(null, cancel);
            losses = RunEpoch(state, checkpoints, reporter, cancel);
            var heldOut = outcome.AfterEpoch();
            reporter.Report(
                state.Position.Epochs,
                heldOut is { } error ? new Dictionary<string, double>(losses.ByName()) { ["held_out"] = error } : losses.ByName());
        }

        LetRowsCatchUp(state);
        return losses;
    }

    private static void LetRowsCatchUp(FitState state)
    {
        var rows = Enumerable.Range(0, state.Table.Rows).ToArray();
        var epochs = state.Position.Epochs;
        var end = (long)epochs * state.Schedule.Batches.Count;
        state.Step.Coast(state.Latent, state.Completed, state.Schedule.BatchOf(epochs - 1, rows), rows.Select(_ => end));
    }

    // The rows are brought into the epoch's order once, so that a batch is a view and no step gathers or scatters.
    private static BatchLosses RunEpoch(FitState state, CheckpointSchedule checkpoints, StageReporter reporter, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var (epoch, schedule) = (state.Position.Epochs, state.Schedule);
        var rows = schedule.Order(epoch);
        var order = tensor(rows, ScalarType.Int64, state.Device);
        var (latent, completed, observed) = (state.Latent.Take(order), state.Completed.Take(order), state.Observed.index_select(0, order));
        var missing = state.Missing(observed);
        var (continuous, levels) = (state.Layout.Continuous, state.Layout.Levels);
        var missingLevels = levels == 0 ? null : missing.narrow(1, continuous, levels);
        var movable = levels == 0 ? missing : cat([missing.narrow(1, 0, continuous), zeros_like(missingLevels!)], 1);
        if (epoch > 0 && state.Position.Batches == 0)
        {
            state.Step.Coast(latent, completed, schedule.BatchOf(epoch - 1, rows), schedule.BatchOf(epoch, rows));
        }

        void Gather()
        {
            state.Latent.PutBack(order, latent);
            state.Completed.PutBack(order, completed);
        }

        var batches = schedule.Batches;
        for (var b = state.Position.Batches; b < batches.Count; b++)
        {
            using var batchScope = NewDisposeScope();
            var (start, count) = batches[b];
            var batch = new RowBatch(
                latent.Slice(start, count), completed.Slice(start, count), observed.narrow(0, start, count),
                movable.narrow(0, start, count), missingLevels?.narrow(0, start, count));
            var losses = state.Step.Run(batch, (long)epoch * batches.Count + b);
            RequireFinite(losses, state, epoch, b, batches.Count);
            state.EpochLosses += losses;
            state.Position = state.Position with { Batches = b + 1 };
            reporter.Report(epoch + (double)b / batches.Count, state.EpochLosses.Over(b + 1).ByName());
            if (b + 1 < batches.Count)
            {
                checkpoints.BetweenBatches(Gather, cancel);
            }
        }

        Gather();
        var means = state.EpochLosses.Over(batches.Count);
        state.Position = state.Position with { Epochs = epoch + 1, Batches = 0 };
        state.EpochLosses = default;
        return means;
    }

    private static void RequireFinite(BatchLosses losses, FitState state, int epoch, int batch, int batches)
    {
        if (losses.AreFinite)
        {
            return;
        }

        var faulty = string.Join(", ", losses.ByName().Where(loss => !double.IsFinite(loss.Value)).Select(loss => loss.Key));
        var config = state.Config;
        throw new NumericalException(
            $"epoch {epoch + 1}, batch {batch + 1} of {batches}: the loss is no longer finite ({faulty}); "
            + $"lower paper.lr_theta (now {config.LrTheta}), lr_phi ({config.LrPhi}), lr_z ({config.LrZ}) or lr_x ({config.LrX}), "
            + "or look for extreme values in the table.");
    }
}
