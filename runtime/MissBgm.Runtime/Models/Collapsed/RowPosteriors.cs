using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>What is known of the rows' posteriors before sampling.</summary>
/// <param name="Modes">Modes of z under every member.</param>
/// <param name="Weights">The members' probabilities.</param>
/// <param name="Coded">The rows' Gaussian columns, missing ones at their means.</param>
internal sealed record RowPosteriors(LatentModes Modes, MemberWeights Weights, EncodedTable Coded)
{
    /// <summary>
    /// Finds the modes, from the fitted z where the fit has seen a row and from 0 where it has not; missing cells are at their conditional
    /// means there, averaged over the members.
    /// </summary>
    internal static (StartingPoint Mode, RowPosteriors Posteriors) Find(
        CollapsedModel family, Model model, EncodedTable table, int[] rows, int rowOffset, CancellationToken cancellation)
    {
        var (bundle, coding) = (family.Bundle, family.Coding);
        var (d, q) = (model.LatentDimension, model.Columns);
        var found = Array.ConvertAll(rows, row => bundle.FittedRows?.Find(table, row) ?? -1);
        var latent = new float[rows.Length * d];
        for (var i = 0; i < rows.Length; i++)
        {
            if (found[i] >= 0) bundle.FittedRows!.Latent.AsSpan(found[i] * d, d).CopyTo(latent.AsSpan(i * d));
        }

        var chosen = table.Select(rows);
        var coded = coding.Encode(chosen);
        var modes = LatentModes.Find(model, coded.Values, coded.Observed, latent, Array.ConvertAll(rows, row => row + rowOffset), cancellation);
        var weights = MemberWeights.Of(modes, (bundle.Manifest.Generator ?? GeneratorEvidence.Linear).Fits, rows.Length);
        var mean = Means(model, modes, rows.Length);
        for (var i = 0; i < mean.Length / model.Members; i++)
        {
            if (coded.Observed[i] == 1) continue;
            var sum = 0.0;
            for (var member = 0; member < model.Members; member++) sum += weights.Of(i / q, member) * mean[member * coded.Values.Length + i];
            coded.Values[i] = (float)sum;
        }

        var start = new StartingPoint(rows, chosen.Observed, modes.Latent[..(rows.Length * d)], coding.Decode(coded.Values), found.Count(index => index >= 0));
        return (start, new RowPosteriors(modes, weights, coded));
    }

    // Conditional means of all cells at every member's modes, [M * rows, p].
    private static float[] Means(Model model, LatentModes modes, int rows)
    {
        var (n, p) = (rows * model.Members, model.Columns);
        var (mean, uniform, unused) = (new float[n * p], new float[n * p], new float[n * p]);
        Array.Fill(uniform, 0.5f);
        using var call = model.Sessions.Bind(
            GraphFiles.MissingConditional,
            [
                .. model.MemberInput(LatentModes.Members(rows, model.Members)),
                new("z", modes.Latent, n, model.LatentDimension), new("uniform", uniform, n, p), new("noise", new float[n * p], n, p),
                new("mean", mean, n, p), new("standard_deviation", unused, n, p), new("draw", new float[n * p], n, p),
            ]);
        call.Run();
        return mean;
    }
}
