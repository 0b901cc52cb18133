using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>Imputes tables with a model of whatever family, fitted or pretrained: load once, use from any number of threads.</summary>
public sealed class Imputer : IDisposable
{
    private readonly IImputationModel _model;
    private readonly SharedUse _use;
    private readonly ILogger? _logger;

    private Imputer(IImputationModel model, ILogger? logger) =>
        (_model, _use, _logger) = (model, new SharedUse(this, model.Dispose), logger);

    /// <summary>Where the model was loaded from.</summary>
    public string Path => _model.Path;

    /// <summary>How the model is meant to be refined and sampled; <see cref="ImputeOptions.Inference"/> starts from it.</summary>
    public InferenceSettings Inference => _model.Inference;

    /// <summary>How tables are read where the user says nothing: as the training table was, as far as that was declared.</summary>
    public ReadOptions Reading => _model.Reading;

    /// <summary>The bundle of a fitted model; null for a pretrained one, which takes each table's own columns.</summary>
    public Bundle? Bundle => _model.Bundle;

    /// <summary>What is to be told of a bundle of a newer minor format, of which something was passed over; null of others.</summary>
    public string? Note => _model.Note;

    /// <summary>Whether draws come from chains, whose convergence is judged in <see cref="ImputeReport.Convergence"/>.</summary>
    public bool DrawsChains => _model.DrawsChains;

    /// <summary>What predicts labels with the same network; null for a fitted model, which predicts none.</summary>
    public Predictor? Predictor => (_model as PfnImputation)?.Predictor;

    /// <summary>Loads a bundle of whatever kind.</summary>
    /// <param name="path">A folder or a .zip file.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="logger">Told of loading, of each imputation (debug) and of chains that have not converged; nobody if null.</param>
    /// <exception cref="BundleException">The bundle is missing, truncated, altered or of an unknown format.</exception>
    /// <exception cref="UserInputException">The device is not there.</exception>
    public static Imputer Load(string path, ComputeDevice device = ComputeDevice.Cpu, ILogger? logger = null)
    {
        var clock = Stopwatch.StartNew();
        var imputer = new Imputer(ModelFamilies.Open(path, device), logger);
        logger?.Loaded(path, clock.Elapsed.TotalSeconds);
        if (imputer.Note is { } note) logger?.Noted(path, note);
        return imputer;
    }

    /// <summary>What the bundle holds, to be shown to a person.</summary>
    public ModelDescription Describe() => _model.Describe();

    /// <summary>What a run will need at most, in plain words; null where that hangs on the table.</summary>
    /// <exception cref="UserInputException">An option is out of range.</exception>
    public string? MemoryNote(ImputeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _model.MemoryNote(Settings(options), options);
    }

    /// <summary>Imputes a table's missing cells.</summary>
    /// <param name="table">A table with the training table's columns, in whatever order.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="UserInputException">The table does not fit the model, or an option is out of range or of no use to the model.</exception>
    /// <exception cref="NumericalException">A computation left the finite numbers.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model has been closed.</exception>
    public ImputedTable Impute(Table table, ImputeOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        options ??= new ImputeOptions();
        using var use = _use.Enter();
        var settings = Settings(options);
        var (first, end) = options.Range(table);
        var clock = Stopwatch.StartNew();
        var run = _model.Begin(table, settings, options, cancellation);
        var index = new CellIndex(table, run.Schema, first, end, options.KeepEmpty ?? [.. (Bundle?.Manifest.KeepEmpty ?? []).Select(KeepEmptyRule.Parse)]);
        if (run.Draws > 0) index.Begin(options.DrawSinks, run.Chains, run.Draws);
        var (chunks, cells) = (new ChunkPosterior[run.Chunks], new ImputedCell[run.Chunks][]);
        var counter = new StepCounter(run.Steps, progress);
        ParallelLoop.For(
            run.Chunks,
            options.Threads,
            chunk =>
            {
                chunks[chunk] = run.Impute(chunk, counter.Step, cancellation);
                cells[chunk] =
                [
                    .. chunks[chunk].Cells.Where(cell => index.IsAsked(cell.Row, index.Column(cell.Column)))
                        .Select(cell => Summarise(cell, index, settings, options)),
                ];
                // The draws are summarised: let go of them.
                chunks[chunk] = chunks[chunk] with { Cells = [] };
            },
            cancellation);
        var imputed = Collect(table, run, index, chunks, cells, settings, options, clock.Elapsed.TotalSeconds);
        if (_logger is not null) Log(_logger, imputed);
        return imputed;
    }

    /// <summary>Imputes rows given as numbers.</summary>
    /// <param name="rows">[rows, columns] in the training table's column order; NaN where a cell is missing. Columns whose levels are texts
    /// need a <see cref="Table"/>.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="UserInputException">The rows do not fit the model, or an option is out of range.</exception>
    /// <exception cref="NumericalException">A computation left the finite numbers.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public ImputedTable Impute(double[,] rows, ImputeOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        string[] names = Bundle is { Schema: var schema }
            ? [.. schema.Columns.Select(column => column.Name)]
            : [.. Enumerable.Range(1, rows.GetLength(1)).Select(c => $"x{c}")];
        return Impute(Table.FromNumbers(names, rows, "rows"), options, null, cancellation);
    }

    /// <summary>Imputes rows of a fitted model's columns, the levels of discrete columns by number.</summary>
    /// <param name="rows">Row-major [rows, columns] in the training table's column order (<see cref="TableSchema.Columns"/>): numbers, in
    /// discrete columns the level's number from 0; NaN where a cell is missing.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="UserInputException">The rows do not fit the model, the model is a pretrained one, or an option is out of range.</exception>
    /// <exception cref="NumericalException">A computation left the finite numbers.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model has been closed.</exception>
    public ImputedTable Impute(ReadOnlySpan<double> rows, ImputeOptions? options = null, CancellationToken cancellation = default) =>
        Bundle is { Schema: var schema }
        ? Impute(Table.FromCodes(schema, rows, "rows"), options, null, cancellation)
        : throw new UserInputException($"{Path} is no fitted model, whose columns would be known; give a table.");

    /// <summary>Imputes a table's missing cells on the thread pool.</summary>
    /// <inheritdoc cref="Impute(Table, ImputeOptions?, IProgress{double}?, CancellationToken)" />
    public Task<ImputedTable> ImputeAsync(
        Table table, ImputeOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        Task.Run(() => Impute(table, options, progress, cancellation), cancellation);

    /// <summary>Imputes rows of a fitted model's columns on the thread pool.</summary>
    /// <inheritdoc cref="Impute(ReadOnlySpan{double}, ImputeOptions?, CancellationToken)" />
    public Task<ImputedTable> ImputeAsync(ReadOnlyMemory<double> rows, ImputeOptions? options = null, CancellationToken cancellation = default) =>
        Task.Run(() => Impute(rows.Span, options, cancellation), cancellation);

    /// <summary>
    /// Imputes a table larger than memory part by part; the results are those of the whole table when every part but the last has a multiple of
    /// 512 rows. Draw sinks are told of each part anew. A pretrained model needs the whole table.
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

    /// <summary>Closes the model; what is in progress goes on to its end.</summary>
    public void Dispose() => _use.Close();

    private static void Log(ILogger logger, ImputedTable imputed)
    {
        logger.Imputed(imputed.Cells.Count, imputed.EndRow - imputed.FirstRow, imputed.Report.Seconds);
        foreach (var fault in ConvergenceSentence.Faults(imputed)) logger.NotConverged(imputed.Source.Source, fault);
    }

    private InferenceSettings Settings(ImputeOptions options)
    {
        var settings = options.Inference ?? Inference;
        settings.Validate();
        return settings;
    }

    private static ImputedCell Summarise(CellPosterior posterior, CellIndex index, InferenceSettings settings, ImputeOptions options)
    {
        var column = index.Column(posterior.Column);
        NumericalException Unsound(string what) =>
            new($"Data row {posterior.Row + options.RowOffset}, column '{index.Schema[column]!.Name}': {what}; rescale the column and fit again.");

        if (!Array.TrueForAll(posterior.Draws, double.IsFinite)) throw Unsound("a draw is not a finite number");
        if (options.DrawSinks.Count > 0 && posterior.Draws.Length > 0)
        {
            var draws = Array.ConvertAll(posterior.Draws, draw => (float)draw);
            if (!Array.TrueForAll(draws, float.IsFinite)) throw Unsound("a draw leaves single precision, in which draws are kept");
            foreach (var sink in options.DrawSinks) sink.Take(index.Of(posterior.Row, column), draws, posterior.Convergence);
        }

        var cell = ImputedCell.Of(posterior, column, index.Schema[column]!, settings.Alpha);
        cell.RequireSound(posterior.Draws.Length > 0, options.RowOffset, index.Schema[column]!);
        return cell;
    }

    private ImputedTable Collect(
        Table table, IImputationRun run, CellIndex index, ChunkPosterior[] chunks, ImputedCell[][] found,
        InferenceSettings settings, ImputeOptions options, double seconds)
    {
        var (first, end) = options.Range(table);
        var constants = index.ConstantCells().ToArray();
        var cells = found.SelectMany(part => part).Concat(constants.Select(c => ImputedCell.Constant(c.Row, c.Column, index.Schema[c.Column]!))).ToList();
        cells.Sort((a, b) => (a.Row, a.Column).CompareTo((b.Row, b.Column)));
        var notes = new CellNotes(table, index, Bundle?.Manifest.NeverTogether ?? ColumnPair.Find(table, run.Schema));
        for (var i = 0; i < cells.Count; i++) cells[i] = cells[i] with { Note = notes.Of(cells[i].Row, cells[i].Column) };
        var updates = chunks.SelectMany(chunk => chunk.Updates).GroupBy(u => u.Key)
            .ToDictionary(g => g.Key, g => g.Aggregate(default(UpdateTally), (sum, u) => sum.Add(u.Value)));
        var report = new ImputeReport
        {
            FittedRows = chunks.Sum(chunk => chunk.FittedRows),
            NewRows = chunks.Sum(chunk => chunk.NewRows),
            EmptyRows = [.. Enumerable.Range(first, end - first).Where(run.Table.IsEmpty)],
            ConstantColumns = [.. constants.Select(cell => table.Header[cell.Column]).Distinct()],
            CrowdedColumns = run.CrowdedColumns,
            Carried = Bundle is null ? run.Schema.Carried : [],
            Unseen = run.Table.Unseen,
            KeptEmpty = index.KeptEmpty,
            Trust = run.Trust,
            Draws = run.Draws,
            Updates = updates,
            Convergence = !DrawsChains || run.Draws == 0 ? null : ConvergenceVerdict.Of(
                cells.ConvertAll(cell => new ConvergenceSummary(cell.RHat, cell.Ess, cell.TailEss)),
                settings.Chains,
                run.Draws,
                updates.Values.Sum(u => u.Divergences),
                chunks.Sum(chunk => chunk.SlowEnergyChains)),
            Seconds = seconds,
        };
        return new ImputedTable(table, index.Schema, first, end, cells, report, options.RowOffset);
    }

    /// <summary>Counts steps of all chunks and tells a listener the share done, at most a thousand times.</summary>
    private sealed class StepCounter(long total, IProgress<double>? progress)
    {
        private long _done;

        internal void Step()
        {
            var done = Interlocked.Increment(ref _done);
            if (done * 1000 / total != (done - 1) * 1000 / total) progress?.Report(done / (double)total);
        }
    }
}
