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
        AddMeans(model, modes, weights, coded);
        for (var row = 0; row < rows.Length && family.Forests.Uniforms > 0; row++)
        {
            family.Forests.Settle(coded.Values.AsSpan(row * coded.Columns, coded.Columns), chosen.Observed.AsSpan(row * chosen.Columns, chosen.Columns));
        }

        var completed = coding.Decode(coded.Values);
        // An atom's score may lie beyond the cut-points of its draws: what is observed is not led back from there.
        for (var cell = 0; cell < completed.Length; cell++)
        {
            if (chosen.Observed[cell] == 1) completed[cell] = chosen.Values[cell];
        }

        var p = chosen.Columns;
        for (var at = 0; at < completed.Length; at += p) family.Trees.Settle(completed.AsSpan(at, p), chosen.Observed.AsSpan(at, p));
        var start = new StartingPoint(rows, chosen.Observed, modes.Latent[..(rows.Length * d)], completed, found.Count(index => index >= 0));
        return (start, new RowPosteriors(modes, weights, coded));
    }

    // Missing cells at their conditional means at every member's mode, averaged.
    private static void AddMeans(Model model, LatentModes modes, MemberWeights weights, EncodedTable coded)
    {
        var (rows, p, d) = (coded.Rows, model.Columns, model.LatentDimension);
        var sums = new double[rows * p];
        foreach (var piece in MemberPiece.Cut(rows, model.Members))
        {
            var n = piece.Count * rows;
            var z = modes.Latent.AsSpan(piece.First * rows * d, n * d).ToArray();
            var (mean, uniform, unused) = (new float[n * p], new float[n * p], new float[n * p]);
            Array.Fill(uniform, 0.5f);
            using var call = model.Sessions.Bind(
                GraphFiles.MissingConditional,
                [
                    .. model.MemberInput(piece.Of(rows)),
                    new("z", z, n, d), new("uniform", uniform, n, p), new("noise", new float[n * p], n, p),
                    new("mean", mean, n, p), new("standard_deviation", unused, n, p), new("draw", new float[n * p], n, p),
                ]);
            call.Run();
            for (var i = 0; i < n * p; i++) sums[i % sums.Length] += weights.Of(i / p % rows, piece.First + i / sums.Length) * mean[i];
        }

        for (var i = 0; i < sums.Length; i++)
        {
            if (coded.Observed[i] == 0) coded.Values[i] = (float)sums[i];
        }
    }
}
