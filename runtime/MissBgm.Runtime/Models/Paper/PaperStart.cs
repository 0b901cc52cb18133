using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>
/// Rows at their joint mode: the fitted state where the fit has seen them, refined from the encoder's guess where it has not.
/// </summary>
/// <param name="model">The worker's model.</param>
/// <param name="settings">Sampling.</param>
/// <param name="mode">The rows.</param>
internal sealed class PaperStart(Model model, InferenceSettings settings, StartingPoint mode) : IRowStart
{
    public StartingPoint Mode => mode;

    public ISweep Sweep(StackedRows rows)
    {
        var starts = ChainStarts.Disperse(model, rows, mode);
        return settings.Sampler == SamplerKind.Joint ? new JointSweep(model, rows, settings, starts) : new GibbsSweep(model, rows, settings, starts);
    }

    /// <summary>Finds the mode of each row.</summary>
    internal static StartingPoint Find(Bundle bundle, Model model, EncodedTable table, int[] rows, InferenceSettings settings, CancellationToken cancellation)
    {
        var found = Array.ConvertAll(rows, row => bundle.FittedRows?.Find(table, row) ?? -1);
        var unseen = rows.Where((_, i) => found[i] < 0).ToArray();
        var (d, p) = (model.LatentDimension, model.Columns);
        var observed = RowMajor.Gather(table.Observed, rows, p);
        var start = new StartingPoint(rows, observed, new float[rows.Length * d], new float[rows.Length * p], rows.Length - unseen.Length);
        var refined = unseen.Length > 0 ? Refine(bundle, model, table, unseen, settings, cancellation) : null;
        for (int i = 0, next = 0; i < rows.Length; i++)
        {
            var (source, index) = found[i] >= 0
                ? ((bundle.FittedRows!.Latent, bundle.FittedRows.Completed), found[i])
                : ((refined!.Latent, refined.Completed), next++);
            source.Item1.AsSpan(index * d, d).CopyTo(start.Latent.AsSpan(i * d));
            source.Item2.AsSpan(index * p, p).CopyTo(start.Completed.AsSpan(i * p));
        }

        return start;
    }

    // Column means and most frequent levels -> encoder -> MAP refinement from the generator's mean and most probable levels.
    private static StartingPoint Refine(Bundle bundle, Model model, EncodedTable table, int[] rows, InferenceSettings settings, CancellationToken cancellation)
    {
        var (d, p) = (model.LatentDimension, model.Columns);
        var observed = RowMajor.Gather(table.Observed, rows, p);
        var completed = RowMajor.Gather(table.Values, rows, p);
        FillLevels(bundle, model, completed, observed);
        var latent = new float[rows.Length * d];
        using (var encoder = model.Sessions.Bind(GraphFiles.Encoder, new("x", completed, rows.Length, p), new("z", latent, rows.Length, d))) encoder.Run();

        using var density = new PosteriorDensity(model.Sessions, completed, observed, d, p, settings.Beta);
        using var levels = model.Discrete.Count == 0 ? null : new LevelRefiner(model, observed, settings.Beta);
        new MapRefiner(density, settings, levels).Refine(latent, cancellation);
        return new StartingPoint(rows, observed, latent, density.Derived, 0);
    }

    private static void FillLevels(Bundle bundle, Model model, float[] completed, float[] observed)
    {
        foreach (var (column, _, _) in model.Groups)
        {
            var shares = bundle.Schema.Modelled[column].LevelShares?.ToArray() ?? [];
            var most = shares.Length == 0 ? 0 : Array.IndexOf(shares, shares.Max());
            for (var cell = column; cell < completed.Length; cell += model.Columns)
            {
                if (observed[cell] == 0) completed[cell] = most;
            }
        }
    }
}
