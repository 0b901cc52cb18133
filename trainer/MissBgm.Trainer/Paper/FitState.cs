using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper.Networks;
using MissBgm.Trainer.Paper.Steps;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper;

/// <summary>All that moves during a fit, and how far it has come.</summary>
internal sealed class FitState : IDisposable
{
    public FitState(EncodedTable table, int latentDimension, PaperConfig config, ulong seed, Device device, HeldOutCells? heldOut = null)
    {
        (Table, Config, Device, Random) = (table, config, device, new Philox(seed));
        Layout = RowLayout.Of(table);
        Model = new MissBgmModel(latentDimension, config, Layout, Random, device);
        Levels = Layout.Discrete.Count == 0 ? null : new MissingLevels(Model, config.Beta, new Noise(Random, device), device);
        Schedule = new EpochSchedule(Random, table.Rows, config.BatchSize);
        Step = new AlternatingStep(Model, config, (long)config.Epochs * Schedule.Batches.Count, new Noise(Random, device), Levels);
        Latent = RowState.Start(zeros(table.Rows, latentDimension, ScalarType.Float32, device));
        Completed = RowState.Start(tensor(Layout.Expand(table).Values, [table.Rows, Layout.Width], ScalarType.Float32, device));
        Observed = tensor(table.Observed, [table.Rows, table.Columns], ScalarType.Float32, device);
        Outcome = new Outcome(this, heldOut);
    }

    /// <summary>The table being fitted.</summary>
    public EncodedTable Table { get; }

    /// <summary>Hyper-parameters.</summary>
    public PaperConfig Config { get; }

    /// <summary>Where the tensors live.</summary>
    public Device Device { get; }

    /// <summary>The fit's random numbers.</summary>
    public Philox Random { get; }

    /// <summary>How rows stand before the networks.</summary>
    public RowLayout Layout { get; }

    /// <summary>Draws missing levels; null for a table without.</summary>
    public MissingLevels? Levels { get; }

    /// <summary>Which rows each batch holds.</summary>
    public EpochSchedule Schedule { get; }

    /// <summary>theta, phi and the encoder.</summary>
    public MissBgmModel Model { get; }

    /// <summary>Algorithm 1's step and the moments of theta and phi.</summary>
    public AlternatingStep Step { get; }

    /// <summary>The warm start, while it is under way.</summary>
    public WarmStart? WarmStart { get; private set; }

    /// <summary>Z, [n, d].</summary>
    public RowState Latent { get; }

    /// <summary>Encoded X, [n, c + L]; observed cells hold the data.</summary>
    public RowState Completed { get; }

    /// <summary>R, [n, p].</summary>
    public Tensor Observed { get; }

    /// <summary>How far the fit has come.</summary>
    public FitPosition Position { get; set; }

    /// <summary>Sums of the losses over the batches of the unfinished epoch.</summary>
    public BatchLosses EpochLosses { get; set; }

    /// <summary>What the epochs end with.</summary>
    public Outcome Outcome { get; }

    /// <summary>Whether iterations of the warm start are still to come.</summary>
    public bool WarmStartPending => Config.EgmInit.Enabled && Position.WarmStartIterations < Config.EgmInit.NIter;

    /// <summary>Begins the warm start.</summary>
    public WarmStart BeginWarmStart() => WarmStart = new WarmStart(Model, Config, Table.Rows, Random, Device);

    /// <summary>Ends the warm start and lets go of its discriminators.</summary>
    public void EndWarmStart()
    {
        WarmStart?.Dispose();
        WarmStart = null;
    }

    /// <summary>Puts a table's observed cells, and no others, in their places.</summary>
    public void TakeData(EncodedTable table)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        Observed.copy_(tensor(table.Observed, Observed.shape));
        var data = Layout.Expand(table);
        var observed = tensor(data.Observed, Completed.Values.shape, device: Device);
        Completed.Values.copy_(where(observed.gt(0), tensor(data.Values, Completed.Values.shape, device: Device), Completed.Values));
    }

    /// <summary>1 - r in each place of the encoded rows, [n, c + L].</summary>
    public Tensor Missing(Tensor observed)
    {
        var missing = observed.neg().add(1);
        return Layout.Discrete.Count == 0 ? missing : missing.index_select(1, tensor(Layout.ColumnOf, ScalarType.Int64, Device));
    }

    /// <summary>Takes over the state of a checkpoint.</summary>
    public void Restore(CheckpointContent content)
    {
        (Position, EpochLosses) = (content.Position, content.EpochLosses);
        if (WarmStartPending)
        {
            BeginWarmStart();
        }

        content.Restore(Tensors());
        (Outcome.BestError, Outcome.BestEpoch) = content.Best;
    }

    /// <summary>The tensors a fit results in, by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> Results() => [.. Model.State(), ("z", Latent.Values), ("x", Completed.Values)];

    /// <summary>All tensors by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> Tensors()
        => [.. Results(), .. Step.State(), .. Latent.Moments.State("z"), .. Completed.Moments.State("x"), .. WarmStart?.State() ?? [], .. Outcome.State()];

    public void Dispose()
    {
        EndWarmStart();
        Outcome.Dispose();
        Levels?.Dispose();
        Model.Dispose();
        Step.Dispose();
        Latent.Dispose();
        Completed.Dispose();
        Observed.Dispose();
    }
}
