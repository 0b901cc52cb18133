using MissBgm.Runtime;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Fitting;

/// <summary>Algorithm 1: epochs over shuffled mini-batches.</summary>
internal static class EpochLoop
{
    /// <summary>Runs the epochs still to come.</summary>
    /// <returns>Mean losses of the last epoch.</returns>
    public static BatchLosses Run(FitState state, CheckpointSchedule checkpoints, IProgress<FitProgress>? progress, CancellationToken cancel)
    {
        var schedule = new EpochSchedule(state.Random, state.Table.Rows, state.Config.BatchSize);
        var reporter = new StageReporter(progress, FitStage.Epochs, state.Position.Epochs, state.Config.Epochs);
        var losses = default(BatchLosses);
        while (state.Position.Epochs < state.Config.Epochs)
        {
            checkpoints.BetweenBatches(null, cancel);
            losses = RunEpoch(state, schedule, checkpoints, reporter, cancel);
            reporter.Report(state.Position.Epochs, losses.ByName());
        }

        var rows = Enumerable.Range(0, state.Table.Rows).ToArray();
        var end = (long)state.Config.Epochs * schedule.Batches.Count;
        state.Step.Coast(state.Latent, state.Completed, schedule.BatchOf(state.Config.Epochs - 1, rows), rows.Select(_ => end));
        return losses;
    }

    // The rows are brought into the epoch's order once, so that a batch is a view and no step gathers or scatters.
    private static BatchLosses RunEpoch(FitState state, EpochSchedule schedule, CheckpointSchedule checkpoints, StageReporter reporter, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var epoch = state.Position.Epochs;
        var rows = schedule.Order(epoch);
        var order = tensor(rows, ScalarType.Int64, state.Device);
        var (latent, completed, observed) = (state.Latent.Take(order), state.Completed.Take(order), state.Observed.index_select(0, order));
        var missing = observed.neg().add(1);
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
            var batch = new RowBatch(latent.Slice(start, count), completed.Slice(start, count), observed.narrow(0, start, count), missing.narrow(0, start, count));
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
            $"epoch {epoch + 1}, batch {batch + 1} of {batches}: the loss is no longer finite ({faulty}); lower lr_theta (now {config.LrTheta}), lr_phi ({config.LrPhi}), lr_z ({config.LrZ}) or lr_x ({config.LrX}), or look for extreme values in the table.");
    }
}
