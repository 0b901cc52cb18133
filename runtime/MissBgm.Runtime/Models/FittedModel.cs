using System.Collections.Concurrent;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models;

/// <summary>
/// A model fitted to a table, from whose posterior chains draw; a family says where rows start and how a sweep moves them.
/// </summary>
internal abstract class FittedModel : IImputationModel
{
    // Rows of a chunk, of all chains, thrice over.
    private const double RowsOfWorker = 768;

    private readonly ComputeDevice _device;
    private readonly ConcurrentBag<ModelSessions> _idle = [];

    protected FittedModel(Bundle bundle, ComputeDevice device)
    {
        (Bundle, _device) = (bundle, device);
        GraphMemory.Grant(Environment.ProcessorCount * BytesOfWorker(bundle));
        // A first set of sessions shows at once whether the graphs and the device are good.
        var sessions = new ModelSessions(bundle, device);
        sessions.Open();
        _idle.Add(sessions);
    }

    public string Path => Bundle.Path;

    public InferenceSettings Inference => Bundle.Manifest.Inference;

    public ReadOptions Reading => Bundle.Reading();

    public bool DrawsChains => true;

    public Bundle Bundle { get; }

    public string? Note => Bundle.Note;

    /// <summary>The training table's columns.</summary>
    internal TableSchema Schema => Bundle.Schema;

    public ModelDescription Describe() => FittedDescription.Of(Bundle);

    public string MemoryNote(InferenceSettings settings, ImputeOptions options)
    {
        var plan = new ChunkPlan(settings, Schema.Modelled.Count, options.MapOnly);
        var megabytes = (plan.BytesPerChunk * options.Threads + (1 << 20) - 1) >> 20;
        return $"chunks of {plan.Rows} rows, {options.Threads} at once: "
            + $"at most {megabytes} MB of draws and state, however long the table";
    }

    public IImputationRun Begin(Table table, InferenceSettings settings, ImputeOptions options, CancellationToken cancellation)
    {
        ImputeOptions.Refuse(
            $"{Path} was fitted to a table, whose columns it knows",
            ("columns", options.Columns is not null), ("ensemble", options.Ensemble is not null), ("context", options.MaximumContext is not null));
        return new FittedRun(this, table, settings, options);
    }

    /// <summary>Sizes of the graphs.</summary>
    internal abstract Model ModelOf(ModelSessions sessions);

    /// <summary>Finds where rows start.</summary>
    /// <param name="model">The worker's model.</param>
    /// <param name="table">The encoded table.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="settings">Refinement and sampling.</param>
    /// <param name="options">The rest.</param>
    /// <param name="cancellation">Ends the search early.</param>
    internal abstract IRowStart Start(
        Model model, EncodedTable table, int[] rows, InferenceSettings settings, ImputeOptions options, CancellationToken cancellation);

    /// <summary>Does a piece of work with sessions that no other thread uses meanwhile.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Ends it early, within a graph's run too.</param>
    internal T Work<T>(Func<Model, T> work, CancellationToken cancellation)
    {
        var sessions = _idle.TryTake(out var idle) ? idle : new ModelSessions(Bundle, _device);
        sessions.Cancellation = cancellation;
        try
        {
            return work(ModelOf(sessions));
        }
        finally
        {
            _idle.Add(sessions);
        }
    }

    // What a graph computes for a chunk of rows grows as its weights do, which every row has its own copy of where it has its own member of
    // a mixture; and as
    // each member's d x d matrices.
    private static long BytesOfWorker(Bundle bundle)
    {
        // impute.onnx is for other hosts.
        var graphs = bundle.Sizes.Where(file => file.Key.EndsWith(".onnx", StringComparison.Ordinal) && file.Key != GraphFiles.Impute);
        var largest = graphs.Select(file => file.Value).DefaultIfEmpty().Max();
        var matrices = sizeof(float) * 8.0 * bundle.Manifest.Members * bundle.Manifest.LatentDimension * bundle.Manifest.LatentDimension;
        return (long)Math.Min(long.MaxValue / 4096, RowsOfWorker * (largest + matrices));
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var sessions)) sessions.Dispose();
    }
}
