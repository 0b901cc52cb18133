using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper.Steps;
using MissBgm.Trainer.Running;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper;

/// <summary>Fits MissBGM to an incomplete table: KNN completion, warm start, Algorithm 1.</summary>
public static class MissBgmFit
{
    /// <summary>The file of a bundle that holds the networks as they are trained.</summary>
    public const string NetworksFileName = "networks.npz";

    /// <summary>Fits.</summary>
    /// <param name="table">The encoded table, [n, p].</param>
    /// <param name="config">Hyper-parameters.</param>
    /// <param name="options">How to run.</param>
    /// <param name="cancel">Stops the fit after the batch in progress, with a checkpoint if there is a path for one.</param>
    /// <exception cref="UserInputException">Fewer than two rows, a device that is not there, or a checkpoint of another fit.</exception>
    /// <exception cref="NumericalException">A loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    public static FitResult Run(EncodedTable table, FitConfig config, FitOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        CheckInput(table, config);

        var device = TrainingDevice.Named(options.Device);
        // Operators on small batches are bound by overhead: a second thread costs more than it brings.
        set_num_threads(1);
        using var heldOut = config.Paper.EarlyStopping.Enabled
            ? HeldOutCells.Choose(table, config.Paper.EarlyStopping.Share, new Philox(options.Seed), device)
            : null;
        using var state = new FitState(heldOut?.Hidden ?? table, config.ZDim, config.Paper, options.Seed, device, heldOut);
        state.Step.Profile = options.Profile;
        var checkpoint = options.CheckpointPath is { } path ? new Checkpoint(path, table, config, options.Seed) : null;
        var checkpoints = new CheckpointSchedule(checkpoint, options.CheckpointInterval, state);
        if (options.Resume)
        {
            checkpoints.Resume();
        }

        WarmStartLoop.Run(state, checkpoints, options.Progress, cancel);
        var losses = EpochLoop.Run(state, checkpoints, options.Progress, cancel);
        state.Outcome.Choose();

        return Result(state, table, losses, checkpoints.Seconds);
    }

    /// <summary>
    /// Lets a fitted model's networks move on with a new table: Algorithm 1 from where the networks stand, with the new rows' cells
    /// completed from their neighbours and z = e(x). That
    /// is what the authors' <c>adapt</c> does; their running optimiser moments are not kept.
    /// </summary>
    /// <param name="table">The new table, encoded by the model's schema.</param>
    /// <param name="config">The model's hyper-parameters, with the epochs that are wanted.</param>
    /// <param name="networks">The model's <see cref="FitResult.Networks"/>.</param>
    /// <param name="options">How to run; there are no checkpoints.</param>
    /// <param name="cancel">Stops after the batch in progress.</param>
    /// <exception cref="UserInputException">Fewer than two rows, or a device that is not there.</exception>
    /// <exception cref="BundleException">The networks are of other sizes than the configuration's.</exception>
    /// <exception cref="NumericalException">A loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FitResult Adapt(EncodedTable table, FitConfig config, byte[] networks, FitOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        CheckInput(table, config);
        var device = TrainingDevice.Named(options.Device);
        set_num_threads(1);
        using var state = new FitState(table, config.ZDim, config.Paper, options.Seed, device);
        NetworksFile.Restore(networks, state.Model);
        state.Model.UseMeans();
        WarmStartLoop.StartRows(state, cancel);
        state.Step.Profile = options.Profile;
        var checkpoints = new CheckpointSchedule(null, options.CheckpointInterval, state);
        var losses = EpochLoop.Run(state, checkpoints, options.Progress, cancel);
        state.Outcome.Choose();
        return Result(state, table, losses, checkpoints.Seconds);
    }

    private static FitResult Result(FitState state, EncodedTable table, BatchLosses losses, double seconds)
    {
        // Held-out cells come back, and the rounding that a running mean leaves on observed cells goes.
        state.TakeData(table);

        // Modes are those of the weights' means.
        var weights = state.Model.Export();
        state.Levels?.Maximise(state.Latent.Values, state.Completed.Values, state.Observed);
        var completed = state.Layout.Numbers(state.Completed.Values.ToFloats());
        return new FitResult(weights, state.Latent.Values.ToFloats(), completed, Summarise(state, table, losses, seconds))
        {
            Networks = NetworksFile.Write(state.Model),
            WeightDraws = state.Model.ExportDraws(state.Config.UseBnn ? state.Config.WeightDraws : 0),
        };
    }

    private static TrainingSummary Summarise(FitState state, EncodedTable table, BatchLosses losses, double seconds) => new()
    {
        Rows = table.Rows,
        MissingCells = table.Observed.Count(observed => observed == 0),
        Epochs = state.Position.Epochs,
        BestEpoch = state.Outcome.BestEpoch > 0 ? state.Outcome.BestEpoch : null,
        HeldOutError = state.Outcome.BestEpoch > 0 ? state.Outcome.BestError : null,
        Seconds = seconds,
        FinalLosses = losses.ByName(),
    };

    private static void CheckInput(EncodedTable table, FitConfig config)
    {
        if (table.Rows < 2)
        {
            throw new UserInputException($"the table has {table.Rows} row; a fit needs at least two.");
        }

        if (config.Paper.Covariance.FactorRank > 0 && table.Discrete.Count == table.Columns)
        {
            throw new UserInputException("paper.covariance.kind low_rank correlates columns of numbers, and this table has none; leave the key out.");
        }
    }
}
