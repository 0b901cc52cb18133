using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>Imputes one chunk of rows after another with one worker's sessions.</summary>
/// <param name="bundle">The model.</param>
/// <param name="sessions">The worker's sessions.</param>
/// <param name="table">The encoded table.</param>
/// <param name="settings">Refinement and sampling.</param>
/// <param name="options">The rest.</param>
internal sealed class ChunkImputer(Bundle bundle, ModelSessions sessions, EncodedTable table, InferenceSettings settings, ImputeOptions options)
{
    /// <summary>Imputes the missing cells of rows <paramref name="first"/> up to <paramref name="end"/>.</summary>
    /// <param name="first">First absolute row.</param>
    /// <param name="end">Row after the last.</param>
    /// <param name="swept">Called after each sweep.</param>
    /// <param name="cancellation">Checked before each sweep.</param>
    internal ChunkResult Run(int first, int end, Action swept, CancellationToken cancellation)
    {
        var rows = Enumerable.Range(first, end - first).Where(HasMissing).ToArray();
        if (rows.Length == 0) return new ChunkResult([], 0, 0, default, default);
        var start = StartingPoint.Find(bundle, sessions, table, rows, settings, cancellation);
        RequireFinite(start);
        var cells = Enumerable.Range(0, start.Observed.Length).Where(i => start.Observed[i] == 0).ToArray();
        if (options.MapOnly)
        {
            var modes = cells.Select(i => Cell(start, i, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN)).ToArray();
            return new ChunkResult(modes, start.FittedRows, rows.Length - start.FittedRows, default, default);
        }

        var draws = new ChunkDraws(cells, rows.Length, table.Columns, settings.Chains, settings.Draws);
        var (latent, missing) = Sample(start, draws, swept, cancellation);
        return new ChunkResult(Summarise(start, draws), start.FittedRows, rows.Length - start.FittedRows, latent, missing);
    }

    private (UpdateTally Latent, UpdateTally Missing) Sample(StartingPoint start, ChunkDraws draws, Action swept, CancellationToken cancellation)
    {
        var rows = new StackedRows(new Philox(options.Seed), start.Rows, settings.Chains);
        var observed = Repeat(start.Observed, settings.Chains);
        using var batch = new ModelBatch(sessions, observed, bundle.Manifest.LatentDimension, table.Columns, settings.Beta);
        var (z, x) = Disperse(batch, rows, start);
        var sweep = new GibbsSweep(batch, rows, settings, z, x);
        var adaptation = (int)(settings.AdaptationShare * settings.BurnIn);
        var (latent, missing) = (default(UpdateTally), default(UpdateTally));
        for (var step = 0; step < settings.BurnIn + settings.Draws; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            sweep.Run(step, adapt: step < adaptation);
            if (step == adaptation - 1) sweep.Freeze();
            swept();
            if (step < settings.BurnIn) continue;
            draws.Keep(step - settings.BurnIn, sweep.Completed);
            (latent, missing) = (latent.Add(sweep.LatentInfo), missing.Add(sweep.MissingInfo));
        }

        return (latent, missing);
    }

    // The first chain starts at the mode; the others a prior standard deviation away from it in z, which no posterior exceeds by much.
    private static (float[] Latent, float[] Completed) Disperse(ModelBatch batch, StackedRows rows, StartingPoint start)
    {
        var latent = Repeat(start.Latent, rows.Chains);
        var completed = Repeat(start.Completed, rows.Chains);
        var latentNoise = new float[latent.Length];
        var noise = new float[completed.Length];
        rows.Normals(latentNoise, RandomPurpose.Initialisation, 0);
        rows.Normals(noise, RandomPurpose.Initialisation, 1);
        for (var i = start.Latent.Length; i < latent.Length; i++) latent[i] += latentNoise[i];
        batch.Generate(latent);
        for (var i = start.Completed.Length; i < completed.Length; i++)
        {
            if (batch.Observed[i] == 0) completed[i] = batch.Mean[i] + MathF.Sqrt(batch.Variance[i]) * noise[i];
        }

        return (latent, completed);
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

    private static float[] Repeat(float[] values, int times)
    {
        var repeated = new float[values.Length * times];
        for (var i = 0; i < times; i++) values.CopyTo(repeated, i * values.Length);
        return repeated;
    }
}
