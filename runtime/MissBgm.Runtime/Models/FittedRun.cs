using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models;

/// <summary>A fitted model at work on one table: each chunk's rows are brought to their mode, and chains draw from there.</summary>
internal sealed class FittedRun : IImputationRun
{
    private readonly FittedModel _family;
    private readonly InferenceSettings _settings;
    private readonly ImputeOptions _options;
    private readonly IReadOnlyList<(int First, int End)> _chunks;
    private readonly int _weightDraws;

    internal FittedRun(FittedModel family, Table table, InferenceSettings settings, ImputeOptions options)
    {
        (_family, _settings, _options, _weightDraws) = (family, settings, options, family.Bundle.Manifest.WeightDraws);
        var (first, end) = options.Range(table);
        Table = Schema.Encode(table);
        var plan = new ChunkPlan(settings, Table.Columns, options.MapOnly);
        plan.RequireMemory(options.Threads);
        _chunks = plan.Cut(first, end, options.RowOffset);
    }

    public TableSchema Schema => _family.Schema;

    public EncodedTable Table { get; }

    public int Chains => _settings.Chains;

    public int Draws => _options.MapOnly ? 0 : _settings.Draws;

    public int Chunks => _chunks.Count;

    public long Steps => Chunks * (_options.MapOnly ? 1L : Math.Clamp(_weightDraws, 1, _settings.Draws) * (long)_settings.BurnIn + _settings.Draws);

    public ChunkPosterior Impute(int chunk, Action step, CancellationToken cancellation)
    {
        var (first, end) = _chunks[chunk];
        var rows = Enumerable.Range(first, end - first).Where(Table.HasMissing).ToArray();
        return rows.Length == 0 ? ChunkPosterior.Empty : _family.Work(model => Impute(model, rows, step, cancellation), cancellation);
    }

    private ChunkPosterior Impute(Model model, int[] rows, Action step, CancellationToken cancellation)
    {
        model.Sessions.WeightDraw = 0;
        var start = _family.Start(model, Table, rows, _settings, _options, cancellation);
        var mode = start.Mode;
        RequireFinite(mode);
        var cells = Enumerable.Range(0, mode.Observed.Length).Where(i => mode.Observed[i] == 0).ToArray();
        var result = ChunkPosterior.Empty with { FittedRows = mode.FittedRows, NewRows = rows.Length - mode.FittedRows };
        if (_options.MapOnly)
        {
            step();
            return result with { Cells = [.. cells.Select(cell => ModeOf(mode, cell))] };
        }

        var draws = new ChainDraws(cells, rows.Length, Table.Columns, _settings.Chains, _settings.Draws);
        var segments = new DrawSegments(_weightDraws, _settings.Chains, _settings.Draws);
        var sampler = new ChainSampler(_settings, draws);
        foreach (var segment in segments.All)
        {
            model.Sessions.WeightDraw = segment.WeightDraw;
            var stacked = new StackedRows(new Philox(_options.Seed), Array.ConvertAll(rows, row => row + _options.RowOffset), _settings.Chains);
            using var sweep = start.Sweep(stacked);
            sampler.Run(segment, sweep, stacked.Count, step, cancellation);
        }

        return result with
        {
            Cells = Cells(mode, draws, segments, sampler.RowConvergence),
            Updates = sampler.Updates,
            SlowEnergyChains = sampler.SlowEnergyChains,
        };
    }

    private IEnumerable<CellPosterior> Cells(StartingPoint mode, ChainDraws draws, DrawSegments segments, ConvergenceSummary[]? rowConvergence)
    {
        var values = new double[_settings.Chains * _settings.Draws];
        for (var i = 0; i < draws.Cells.Length; i++)
        {
            var cell = ModeOf(mode, draws.Cells[i]);
            var column = Schema.Modelled[cell.Column];
            var convergence = rowConvergence?[draws.Cells[i] / Table.Columns]
                ?? (column.IsDiscrete ? segments.SummariseLevels(draws.Of(i)) : segments.Summarise(draws.Of(i)));
            Values(draws.Of(i), column, values);
            // Those of a mapped column are of its Gaussian column.
            (double, double)? moments = column.Marginal is null && draws.Moments(i) is { } known
                ? (column.Location + column.Scale * known.Mean, column.Scale * known.Sd)
                : null;
            yield return cell with { Draws = values, Moments = moments, Convergence = convergence };
        }
    }

    // What is drawn is a value of the column: whole, within bounds, a level. Draws are kept as standardised float32.
    private static void Values(ReadOnlySpan<float> draws, ColumnSchema column, double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = column.Location + column.Scale * draws[i];
            values[i] = column.IsRestricted ? column.Nearest(value) : value;
        }
    }

    private CellPosterior ModeOf(StartingPoint mode, int cell)
    {
        var column = cell % Table.Columns;
        var schema = Schema.Modelled[column];
        return new CellPosterior(mode.Rows[cell / Table.Columns], column) { Mode = schema.Nearest(schema.Location + schema.Scale * mode.Completed[cell]) };
    }

    private void RequireFinite(StartingPoint mode)
    {
        var fault = Array.FindIndex(mode.Completed, value => !float.IsFinite(value));
        if (fault < 0) return;
        throw new NumericalException(
            $"Data row {mode.Rows[fault / Table.Columns] + _options.RowOffset}, column '{Schema.Modelled[fault % Table.Columns].Name}': "
            + $"the refinement came to {mode.Completed[fault]}. The row's values may be far from all the model was fitted to; check them, or fit again.");
    }
}
