using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Models.Collapsed;
using MissBgm.Runtime.Models.Paper;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>Imputes one chunk of rows after another with one worker's sessions.</summary>
/// <param name="bundle">The bundle.</param>
/// <param name="model">The worker's model.</param>
/// <param name="table">The encoded table.</param>
/// <param name="index">Numbers the missing cells.</param>
/// <param name="settings">Refinement and sampling.</param>
/// <param name="options">The rest.</param>
internal sealed class ChunkImputer(Bundle bundle, Model model, EncodedTable table, CellIndex index, InferenceSettings settings, ImputeOptions options)
{
    /// <summary>Imputes the missing cells of rows <paramref name="first"/> up to <paramref name="end"/>.</summary>
    /// <param name="first">First row of the table.</param>
    /// <param name="end">Row after the last.</param>
    /// <param name="swept">Called after each sweep.</param>
    /// <param name="cancellation">Checked before each sweep.</param>
    internal ChunkResult Run(int first, int end, Action swept, CancellationToken cancellation)
    {
        var rows = Enumerable.Range(first, end - first).Where(HasMissing).ToArray();
        if (rows.Length == 0) return ChunkResult.Empty;
        model.Sessions.WeightDraw = 0;
        var (mode, posteriors) = bundle.Manifest.Mechanism == Mechanism.Paper
            ? (StartingPoint.Find(bundle, model, table, rows, settings, cancellation), null)
            : CollapsedStart.Find(bundle, model, table, rows, options.RowOffset, cancellation);
        RequireFinite(mode);
        var result = ChunkResult.Empty with { FittedRows = mode.FittedRows, NewRows = rows.Length - mode.FittedRows };
        var cells = Enumerable.Range(0, mode.Observed.Length).Where(i => mode.Observed[i] == 0).ToArray();
        if (options.MapOnly) return result with { Cells = cells.Select(cell => Mode(mode, cell)).ToArray() };

        var draws = new ChunkDraws(cells, rows.Length, table.Columns, settings.Chains, settings.Draws);
        var segments = new DrawSegments(bundle.Manifest.WeightDraws, settings.Chains, settings.Draws);
        var updates = new SortedDictionary<string, UpdateTally>(StringComparer.Ordinal);
        var samples = segments.All.Select(segment => Sample(segment, mode, posteriors, draws, updates, swept, cancellation)).ToArray();

        // Samplers that judge rows themselves are of models with point weights: one segment.
        return result with { Cells = Summarise(mode, draws, segments, samples[0].RowConvergence), Updates = updates, SlowEnergyChains = samples.Sum(sample => sample.SlowEnergyChains) };
    }

    private (int SlowEnergyChains, ConvergenceSummary[]? RowConvergence) Sample(
        DrawSegments.Part segment,
        StartingPoint mode,
        RowPosteriors? posteriors,
        ChunkDraws draws,
        SortedDictionary<string, UpdateTally> updates,
        Action swept,
        CancellationToken cancellation)
    {
        model.Sessions.WeightDraw = segment.WeightDraw;
        var random = new Philox(options.Seed);
        var rows = new StackedRows(random, Array.ConvertAll(mode.Rows, row => row + options.RowOffset), settings.Chains);
        using var sweep = posteriors is null ? PaperSweep(rows, mode) : Collapsed(mode, posteriors, rows, random);
        var adaptation = (int)(settings.AdaptationShare * settings.BurnIn);
        // Noise is keyed by the sweep's number: segments have numbers of their own.
        var firstSweep = (long)segment.First + Math.Max(0, segment.WeightDraw - 1) * (long)settings.BurnIn;
        var energy = new EnergyFraction(rows.Count);
        for (var step = 0; step < settings.BurnIn + segment.Count; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            sweep.Run(firstSweep + step, adapt: step < adaptation);
            if (step == adaptation - 1) sweep.Freeze();
            swept();
            if (step < settings.BurnIn) continue;
            draws.Keep(segment.First + step - settings.BurnIn, sweep.Completed);
            if (sweep.Energy is { } energies) energy.Add(energies);
            if (sweep.Conditional is { } moments) draws.Keep(moments);
            foreach (var (name, tally) in sweep.Updates) updates[name] = updates.GetValueOrDefault(name).Add(tally);
        }

        return (Enumerable.Range(0, rows.Count).Count(chain => energy.Of(chain) < ConvergenceVerdict.EnergyLimit), sweep.RowConvergence());
    }

    private ISweep Collapsed(StartingPoint mode, RowPosteriors posteriors, StackedRows rows, Philox random)
    {
        // Only numbers have a correlation to change, and they come first.
        float[]? change = options.CorrelationChange is { } changes ? [.. changes, .. new float[model.Columns - changes.Length]] : null;
        var sweep = new CollapsedSweep(model, rows, random, settings, posteriors, change);
        return bundle.Coding.IsIdentity ? sweep : new CodedSweep(sweep, bundle.Coding, mode, settings.Chains);
    }

    private ISweep PaperSweep(StackedRows rows, StartingPoint mode)
    {
        var starts = ChainStarts.Disperse(model, rows, mode);
        return settings.Sampler == SamplerKind.Joint ? new JointSweep(model, rows, settings, starts) : new GibbsSweep(model, rows, settings, starts);
    }

    private ImputedCell[] Summarise(StartingPoint mode, ChunkDraws draws, DrawSegments segments, ConvergenceSummary[]? rowConvergence)
    {
        var cells = new ImputedCell[draws.Cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = Mode(mode, draws.Cells[i]);
            var column = index.Schema[cell.Column];
            var summary = rowConvergence?[draws.Cells[i] / table.Columns] ?? (column.IsDiscrete ? segments.SummariseLevels(draws.Of(i)) : segments.Summarise(draws.Of(i)));
            if (column.IsRestricted) Restrict(draws.Of(i), column);
            cells[i] = (column.IsDiscrete ? Levels(cell, draws, i, column) : Moments(cell, draws, i, column)) with
            {
                RHat = summary.RHat,
                Ess = summary.BulkEss,
                TailEss = summary.TailEss,
            };
            Hand(cell, draws.Of(i), column);
        }

        return cells;
    }

    // What is drawn is a value of the column: whole, within bounds, a level.
    private static void Restrict(Span<float> draws, ColumnSchema column)
    {
        foreach (ref var draw in draws) draw = (float)((column.Nearest(column.Location + column.Scale * draw) - column.Location) / column.Scale);
    }

    private ImputedCell Moments(ImputedCell cell, ChunkDraws draws, int i, ColumnSchema column)
    {
        var (mean, sd, lower, upper) = draws.Moments(i, settings.Alpha);
        double Units(double value) => column.Location + column.Scale * value;
        var (smallest, largest) = (column.LowerBound ?? double.NegativeInfinity, column.UpperBound ?? double.PositiveInfinity);
        return cell with { Mean = Math.Clamp(Units(mean), smallest, largest), Sd = column.Scale * sd, Lower = column.Nearest(Units(lower)), Upper = column.Nearest(Units(upper)) };
    }

    private ImputedCell Levels(ImputedCell cell, ChunkDraws draws, int i, ColumnSchema column)
    {
        var shares = new double[column.Levels!.Count];
        var levels = draws.Of(i);
        foreach (var level in levels) shares[(int)level]++;
        for (var level = 0; level < shares.Length; level++) shares[level] /= levels.Length;
        if (column.Type != ColumnType.Ordinal) return cell with { Probabilities = shares };
        var (_, _, lower, upper) = draws.Moments(i, settings.Alpha);
        return cell with { Probabilities = shares, Lower = column.Nearest(lower), Upper = column.Nearest(upper) };
    }

    private void Hand(ImputedCell cell, Span<float> draws, ColumnSchema column)
    {
        if (options.DrawSinks.Count == 0) return;
        for (var i = 0; i < draws.Length; i++) draws[i] = (float)(column.Location + column.Scale * draws[i]);
        foreach (var sink in options.DrawSinks) sink.Take(index.Of(cell.Row, cell.Column), draws);
    }

    private ImputedCell Mode(StartingPoint mode, int cell)
    {
        var column = index.Column(cell % table.Columns);
        var schema = index.Schema[column];
        var map = schema.Nearest(schema.Location + schema.Scale * mode.Completed[cell]);
        return new ImputedCell(mode.Rows[cell / table.Columns], column, double.NaN, double.NaN, double.NaN, double.NaN, map, double.NaN, double.NaN);
    }

    private bool HasMissing(int row) => table.Observed.AsSpan(row * table.Columns, table.Columns).Contains(0f);

    private void RequireFinite(StartingPoint mode)
    {
        var fault = Array.FindIndex(mode.Completed, value => !float.IsFinite(value));
        if (fault >= 0)
        {
            throw new NumericalException(
                $"Data row {mode.Rows[fault / table.Columns] + options.RowOffset}, column '{bundle.Schema.Modelled[fault % table.Columns].Name}': the refinement came to {mode.Completed[fault]}. The row's values may be far from all the model was fitted to; check them, or fit again.");
        }
    }
}
