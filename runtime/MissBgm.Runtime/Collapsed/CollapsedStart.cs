using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Collapsed;

/// <summary>Rows of a collapsed model at the mode of z, their missing cells at their conditional means there.</summary>
internal static class CollapsedStart
{
    /// <summary>Finds the modes, from the fitted z where the fit has seen a row and from 0 where it has not.</summary>
    internal static (StartingPoint Start, LatentModes Modes) Find(Bundle bundle, Model model, EncodedTable table, int[] rows, int rowOffset, CancellationToken cancellation)
    {
        var (d, p) = (model.LatentDimension, model.Columns);
        var found = Array.ConvertAll(rows, row => bundle.FittedRows?.Find(table, row) ?? -1);
        var latent = new float[rows.Length * d];
        for (var i = 0; i < rows.Length; i++)
        {
            if (found[i] >= 0) bundle.FittedRows!.Latent.AsSpan(found[i] * d, d).CopyTo(latent.AsSpan(i * d));
        }

        var (values, observed) = (Gather(table.Values, rows, p), Gather(table.Observed, rows, p));
        var modes = LatentModes.Find(model, values, observed, latent, Array.ConvertAll(rows, row => row + rowOffset), cancellation);
        var mean = new float[rows.Length * p];
        var (uniform, unused, noise) = (new float[mean.Length], new float[mean.Length], new float[mean.Length]);
        Array.Fill(uniform, 0.5f);
        using (var call = model.Sessions.Bind(
            GraphFiles.MissingConditional,
            new("z", modes.Latent, rows.Length, d), new("uniform", uniform, rows.Length, p), new("noise", noise, rows.Length, p),
            new("mean", mean, rows.Length, p), new("standard_deviation", unused, rows.Length, p), new("draw", new float[mean.Length], rows.Length, p)))
        {
            call.Run();
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (observed[i] == 0) values[i] = mean[i];
        }

        return (new StartingPoint(rows, observed, modes.Latent, values, found.Count(index => index >= 0)), modes);
    }

    private static float[] Gather(float[] source, int[] rows, int width)
    {
        var gathered = new float[rows.Length * width];
        for (var i = 0; i < rows.Length; i++) source.AsSpan(rows[i] * width, width).CopyTo(gathered.AsSpan(i * width));
        return gathered;
    }
}
