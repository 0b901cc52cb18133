using System.Diagnostics;
using System.Runtime.ExceptionServices;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>Imputes tables with a fitted MissBGM model: load once, use from any number of threads.</summary>
public sealed class Imputer : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly System.Collections.Concurrent.ConcurrentBag<ModelSessions> _idle = [];

    private Imputer(Bundle bundle, ComputeDevice device)
    {
        (Bundle, _device) = (bundle, device);
        // A first set of sessions shows at once whether the graphs and the device are good.
        var sessions = new ModelSessions(bundle, device);
        sessions.Open();
        _idle.Add(sessions);
    }

    /// <summary>The model.</summary>
    public Bundle Bundle { get; }

    /// <summary>Loads a bundle.</summary>
    /// <param name="path">A folder or a .zip file.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="BundleException">The bundle is missing, truncated, altered or of an unknown format.</exception>
    /// <exception cref="UserInputException">The device is not there.</exception>
    public static Imputer Load(string path, ComputeDevice device = ComputeDevice.Cpu) => new(Bundle.Load(path), device);

    /// <summary>Imputes a table's missing cells.</summary>
    /// <param name="table">A table with the training table's columns, in whatever order.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="UserInputException">The table does not fit the model, or an option is out of range.</exception>
    /// <exception cref="NumericalException">A computation left the finite numbers.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public ImputedTable Impute(Table table, ImputeOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        options ??= new ImputeOptions();
        var settings = options.Inference ?? Bundle.Manifest.Inference;
        settings.Validate();
        var (first, end) = CheckRange(table, options);
        var clock = Stopwatch.StartNew();
        var encoded = Bundle.Schema.Encode(table);
        var index = new CellIndex(table, Bundle.Schema, first, end);
        var plan = new ChunkPlan(settings, encoded.Columns, options.MapOnly);
        plan.RequireMemory(options.Threads);
        var chunks = plan.Cut(first, end, options.RowOffset);
        if (!options.MapOnly) index.Begin(options.DrawSinks, settings.Chains, settings.Draws);
        var results = new ChunkResult[chunks.Count];
        var counter = new SweepCounter(chunks.Count * (options.MapOnly ? 1L : Math.Clamp(Bundle.Manifest.WeightDraws, 1, settings.Draws) * (long)settings.BurnIn + settings.Draws), progress);
        InParallel(
            chunks.Count,
            options.Threads,
            (sessions, i) => results[i] = new ChunkImputer(Bundle, ModelOf(sessions, encoded), encoded, index, settings, options)
                .Run(chunks[i].First, chunks[i].End, counter.Swept, cancellation),
            cancellation);
        return Collect(table, encoded, index, (first, end), results, settings, options, clock.Elapsed.TotalSeconds);
    }

    /// <summary>What a run will need at most, in plain words.</summary>
    /// <exception cref="UserInputException">An option is out of range.</exception>
    public string MemoryNote(ImputeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var settings = options.Inference ?? Bundle.Manifest.Inference;
        settings.Validate();
        var plan = new ChunkPlan(settings, Bundle.Schema.Modelled.Count, options.MapOnly);
        return $"chunks of {plan.Rows} rows, {options.Threads} at once: at most {(plan.BytesPerChunk * options.Threads + (1 << 20) - 1) >> 20} MB of draws and state, however long the table";
    }

    /// <summary>Imputes rows given as numbers.</summary>
    /// <param name="rows">[rows, columns] in the training table's column order; NaN where a cell is missing. Columns whose levels are texts need a <see cref="Table"/>.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="UserInputException">The rows do not fit the model, or an option is out of range.</exception>
    /// <exception cref="NumericalException">A computation left the finite numbers.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public ImputedTable Impute(double[,] rows, ImputeOptions? options = null, CancellationToken cancellation = default) =>
        Impute(Table.FromNumbers(Bundle.Schema.Columns.Select(c => c.Name).ToArray(), rows, "rows"), options, null, cancellation);

    /// <summary>
    /// Imputes a table larger than memory part by part; the results are those of the whole table when every part but the last has a multiple of
    /// 512 rows. Draw sinks are told of each part anew.
    /// </summary>
    /// <param name="parts">The table's parts in order, as <see cref="TableReader.ReadParts"/> gives them.</param>
    /// <param name="options">How; the defaults if null. <see cref="ImputeOptions.RowOffset"/> counts from the first part.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <returns>The imputed parts, each computed when it is asked for.</returns>
    public IEnumerable<ImputedTable> ImputeParts(IEnumerable<Table> parts, ImputeOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        options ??= new ImputeOptions();
        foreach (var part in parts)
        {
            yield return Impute(part, options, null, cancellation);
            options = options with { RowOffset = options.RowOffset + part.Rows };
        }
    }

    /// <summary>Closes the sessions.</summary>
    public void Dispose()
    {
        while (_idle.TryTake(out var sessions)) sessions.Dispose();
    }

    // A collapsed model's graphs have Gaussian columns only.
    private Model ModelOf(ModelSessions sessions, EncodedTable encoded) => Bundle.Manifest.Mechanism == Mechanism.Paper
        ? new Model(sessions, Bundle.Manifest.LatentDimension, encoded.Columns, encoded.Discrete)
        : new Model(sessions, Bundle.Manifest.LatentDimension, Bundle.Coding.Columns, [], Bundle.Manifest.Members);

    private void InParallel(int count, int threads, Action<ModelSessions, int> work, CancellationToken cancellation)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        try
        {
            Parallel.For(0, count, parallel, () => _idle.TryTake(out var idle) ? idle : new ModelSessions(Bundle, _device), (i, _, sessions) =>
            {
                work(sessions, i);
                return sessions;
            }, _idle.Add);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions.FirstOrDefault(inner => inner is MissBgmException) ?? e.InnerExceptions[0]);
        }
    }

    private static ImputedTable Collect(
        Table table, EncodedTable encoded, CellIndex index, (int First, int End) range, ChunkResult[] results, InferenceSettings settings, ImputeOptions options, double seconds)
    {
        var constants = index.ConstantCells().ToArray();
        var cells = results.SelectMany(r => r.Cells).Concat(constants.Select(c => ImputedCell.Constant(c.Row, c.Column, index.Schema[c.Column]))).ToList();
        cells.Sort((a, b) => (a.Row, a.Column).CompareTo((b.Row, b.Column)));
        var updates = results.SelectMany(r => r.Updates).GroupBy(u => u.Key).ToDictionary(g => g.Key, g => g.Aggregate(default(UpdateTally), (sum, u) => sum.Add(u.Value)));
        var report = new ImputeReport
        {
            FittedRows = results.Sum(r => r.FittedRows),
            NewRows = results.Sum(r => r.NewRows),
            EmptyRows = Enumerable.Range(range.First, range.End - range.First)
                .Where(row => !encoded.Observed.AsSpan(row * encoded.Columns, encoded.Columns).Contains(1f)).ToArray(),
            ConstantColumns = constants.Select(cell => table.Header[cell.Column]).Distinct().ToArray(),
            Updates = updates,
            Convergence = options.MapOnly ? null : ConvergenceVerdict.Of(
                cells.ConvertAll(cell => new ConvergenceSummary(cell.RHat, cell.Ess, cell.TailEss)), settings.Chains, updates.Values.Sum(u => u.Divergences), results.Sum(r => r.SlowEnergyChains)),
            Seconds = seconds,
        };
        return new ImputedTable(table, index.Schema, range.First, range.End, cells, report, options.RowOffset);
    }

    private static (int First, int End) CheckRange(Table table, ImputeOptions options)
    {
        var end = options.EndRow ?? table.Rows;
        if (options.FirstRow < 0 || options.FirstRow >= end || end > table.Rows)
        {
            throw new UserInputException($"{table.Source}: rows {options.FirstRow}:{end} are not a part of its {table.Rows} rows; give first:end, 0-based, the end not included.");
        }

        if (options.Threads < 1) throw new UserInputException($"Threads is {options.Threads}; allowed is at least 1.");
        return (options.FirstRow, end);
    }

    /// <summary>Counts sweeps of all chunks and tells a listener the share done, at most a thousand times.</summary>
    private sealed class SweepCounter(long total, IProgress<double>? progress)
    {
        private long _done;

        internal void Swept()
        {
            var done = Interlocked.Increment(ref _done);
            if (done * 1000 / total != (done - 1) * 1000 / total) progress?.Report(done / (double)total);
        }
    }
}
