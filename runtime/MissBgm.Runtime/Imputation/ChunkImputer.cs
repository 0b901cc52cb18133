using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>Imputes one chunk of rows after another with one worker's sessions.</summary>
/// <param name="bundle">The model.</param>
/// <param name="model">The worker's model.</param>
/// <param name="table">The encoded table.</param>
/// <param name="settings">Refinement and sampling.</param>
/// <param name="options">The rest.</param>
internal sealed class ChunkImputer(Bundle bundle, Model model, EncodedTable table, InferenceSettings settings, ImputeOptions options)
{
    /// <summary>Imputes the missing cells of rows <paramref name="first"/> up to <paramref name="end"/>.</summary>
    /// <param name="first">First absolute row.</param>
    /// <param name="end">Row after the last.</param>
    /// <param name="swept">Called after each sweep.</param>
    /// <param name="cancellation">Checked before each sweep.</param>
    internal ChunkResult Run(int first, int end, Action swept, CancellationToken cancellation)
    {
        var rows = Enumerable.Range(first, end - first).Where(HasMissing).ToArray();
        if (rows.Length == 0) return ChunkResult.Empty;
        var start = StartingPoint.Find(bundle, model, table, rows, settings, cancellation);
        RequireFinite(start);
        var cells = Enumerable.Range(0, start.Observed.Length).Where(i => start.Observed[i] == 0).ToArray();
        if (options.MapOnly)
        {
            var modes = cells.Select(i => Cell(start, i, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN)).ToArray();
            return new ChunkResult(modes, start.FittedRows, rows.Length - start.FittedRows, ChunkResult.Empty.Updates);
        }

        var draws = new ChunkDraws(cells, rows.Length, table.Columns, settings.Chains, settings.Draws);
        var updates = Sample(start, draws, swept, cancellation);
        return new ChunkResult(Summarise(start, draws), start.FittedRows, rows.Length - start.FittedRows, updates);
    }

    private SortedDictionary<string, UpdateTally> Sample(StartingPoint start, ChunkDraws draws, Action swept, CancellationToken cancellation)
    {
        var rows = new StackedRows(new Philox(options.Seed), start.Rows, settings.Chains);
        var starts = ChainStarts.Disperse(model, rows, start);
        using ISweep sweep = settings.Sampler == SamplerKind.Joint ? new JointSweep(model, rows, settings, starts) : new GibbsSweep(model, rows, settings, starts);
        var adaptation = (int)(settings.AdaptationShare * settings.BurnIn);
        var updates = new SortedDictionary<string, UpdateTally>(StringComparer.Ordinal);
        for (var step = 0; step < settings.BurnIn + settings.Draws; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            sweep.Run(step, adapt: step < adaptation);
            if (step == adaptation - 1) sweep.Freeze();
            swept();
            if (step < settings.BurnIn) continue;
            draws.Keep(step - settings.BurnIn, sweep.Completed);
            foreach (var (name, info) in sweep.Updates) updates[name] = updates.GetValueOrDefault(name).Add(info);
        }

        return updates;
    }

    private ImputedCell[] Summarise(StartingPoint start, ChunkDraws draws)
    {
        var convergence = new Convergence(settings.Chains, settings.Draws);
        return Enumerable.Range(0, draws.Cells.Length).Select(cell =>
        {
            var (mean, sd, lower, upper) = draws.Moments(cell, settings.Alpha);
            var summary = convergence.Summarise(draws.Of(cell));
            return Cell(start, draws.Cells[cell], mean, sd, lower, upper, summary.RHat, summary.BulkEss);
        }).ToArray();
    }

    private ImputedCell Cell(StartingPoint start, int index, double mean, double sd, double lower, double upper, double rHat, double ess) =>
        new(start.Rows[index / table.Columns], index % table.Columns, mean, sd, lower, upper, start.Completed[index], rHat, ess);

    private bool HasMissing(int row) => table.Observed.AsSpan(row * table.Columns, table.Columns).Contains(0f);

    private void RequireFinite(StartingPoint start)
    {
        var fault = Array.FindIndex(start.Completed, value => !float.IsFinite(value));
        if (fault >= 0)
        {
            throw new NumericalException(
                $"Data row {start.Rows[fault / table.Columns]}, column '{bundle.Schema.Modelled[fault % table.Columns].Name}': the refinement came to {start.Completed[fault]}. The row's values may be far from all the model was fitted to; check them, or fit again.");
        }
    }
}
