using System.Diagnostics;
using System.Runtime.ExceptionServices;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
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
        var chunks = new ChunkPlan(settings, encoded.Columns, options.MapOnly).Cut(first, end);
        var results = new ChunkResult[chunks.Count];
        var counter = new SweepCounter(chunks.Count * (options.MapOnly ? 1L : settings.BurnIn + settings.Draws), progress);
        InParallel(
            chunks.Count,
            options.Threads,
            (sessions, i) => results[i] = new ChunkImputer(Bundle, new Model(sessions, Bundle.Manifest.LatentDimension, encoded.Columns), encoded, settings, options).Run(chunks[i].First, chunks[i].End, counter.Swept, cancellation),
            cancellation);
        return Collect(table, encoded, first, end, results, clock.Elapsed.TotalSeconds);
    }

    /// <summary>Closes the sessions.</summary>
    public void Dispose()
    {
        while (_idle.TryTake(out var sessions)) sessions.Dispose();
    }

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

    private ImputedTable Collect(Table table, EncodedTable encoded, int first, int end, ChunkResult[] results, double seconds)
    {
        var positions = Bundle.Schema.Locate(table);
        var schema = new ColumnSchema[table.Columns];
        for (var c = 0; c < positions.Length; c++) schema[positions[c]] = Bundle.Schema.Columns[c];
        var modelled = positions.Where((_, c) => !Bundle.Schema.Columns[c].IsConstant).ToArray();
        var cells = results.SelectMany(r => r.Cells).Select(cell => Decode(cell, modelled[cell.Column], schema[modelled[cell.Column]])).ToList();
        var constants = positions.Except(modelled).SelectMany(c => Enumerable.Range(first, end - first).Where(row => table.IsMissing(row, c)), (c, row) => Constant(row, c, schema[c])).ToList();
        cells.AddRange(constants);
        cells.Sort((a, b) => (a.Row, a.Column).CompareTo((b.Row, b.Column)));
        return new ImputedTable(table, schema, first, end, cells, new ImputeReport
        {
            FittedRows = results.Sum(r => r.FittedRows),
            NewRows = results.Sum(r => r.NewRows),
            EmptyRows = Enumerable.Range(first, end - first).Where(row => !encoded.Observed.AsSpan(row * encoded.Columns, encoded.Columns).Contains(1f)).ToArray(),
            ConstantColumns = constants.Select(cell => table.Header[cell.Column]).Distinct().ToArray(),
            Updates = results.SelectMany(r => r.Updates).GroupBy(u => u.Key).ToDictionary(g => g.Key, g => g.Aggregate(default(UpdateTally), (sum, u) => sum.Add(u.Value))),
            Seconds = seconds,
        });
    }

    private static ImputedCell Decode(ImputedCell cell, int column, ColumnSchema schema)
    {
        double Units(double value) => schema.Location + schema.Scale * value;
        return cell with { Column = column, Mean = Units(cell.Mean), Sd = schema.Scale * cell.Sd, Lower = Units(cell.Lower), Upper = Units(cell.Upper), Map = Units(cell.Map) };
    }

    private static ImputedCell Constant(int row, int column, ColumnSchema schema) =>
        new(row, column, schema.Location, 0, schema.Location, schema.Location, schema.Location, double.NaN, double.NaN);

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
