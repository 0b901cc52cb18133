using System.Numerics;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Selection;

/// <summary>One row's posterior: a chain of z, and the missing cells' mixture over it.</summary>
internal sealed class RowPosterior(CollapsedModel model, int draws)
{
    private readonly int d = model.Dimension;
    private readonly RowScratch scratch = new(model.Dimension, model.Stride);
    private readonly double[] current = new double[model.Dimension];
    private readonly double[] proposal = new double[model.Dimension];
    private readonly float[] normals = new float[draws * model.Dimension];
    private readonly float[] uniforms = new float[draws];
    private readonly double[] means = new double[draws * model.Stride];
    private readonly double[] thresholds = new double[draws * model.Stride];
    private readonly CellMixture mixture = new(draws);

    /// <summary>Runs the chain from the mode; returns how many proposals were accepted.</summary>
    public int Sample(MaskedMatrix data, LatentModes modes, int row, Philox philox)
    {
        var x = data.Row(row);
        var r = data.Mask(row);
        var mode = modes.Mode.AsSpan(row * d, d);
        var factor = modes.Factor.AsSpan(row * d * d, d * d);
        philox.Normals(normals, RandomPurpose.LatentProposal, 0, row, 0);
        philox.Uniforms(uniforms, RandomPurpose.ProposalAcceptance, 0, row, 0);
        mode.CopyTo(current);
        // Importance weight: target over proposal, both up to constants.
        var currentWeight = CollapsedRow.LogDensity(model, x, r, current, scratch);
        var accepted = 0;
        for (var draw = 0; draw < draws; draw++)
        {
            var energy = 0.0;
            for (var k = 0; k < d; k++)
            {
                proposal[k] = normals[draw * d + k];
                energy += 0.5 * proposal[k] * proposal[k];
            }

            SmallCholesky.SolveTransposed(factor, d, proposal);
            for (var k = 0; k < d; k++) proposal[k] += mode[k];
            var weight = CollapsedRow.LogDensity(model, x, r, proposal, scratch) + energy;
            if (Math.Log(uniforms[draw]) < weight - currentWeight)
            {
                accepted++;
                currentWeight = weight;
                proposal.CopyTo(current, 0);
            }
            else
            {
                CollapsedRow.MeanAndThreshold(model, current, scratch);
            }

            scratch.Mean.CopyTo(means, draw * model.Stride);
            scratch.Threshold.CopyTo(thresholds, draw * model.Stride);
        }

        return accepted;
    }

    /// <summary>Writes the row's missing cells into the summary.</summary>
    public void Summarise(ReadOnlySpan<double> mask, int row, Philox philox, double alpha, PosteriorSummary summary)
    {
        Span<float> offsets = stackalloc float[2 * model.Stride];
        philox.Uniforms(offsets, RandomPurpose.SelectionNoise, 0, row, 0);
        for (var j = 0; j < model.Stride; j++)
        {
            if (mask[j] != 0.0) continue;
            mixture.Fill(means, thresholds, model.Stride, j, Math.Exp(model.LogScale[j]), model.Correlation[j], offsets[2 * j], offsets[2 * j + 1]);
            var cell = row * model.Stride + j;
            (summary.Mean[cell], summary.StandardDeviation[cell]) = (mixture.Mean, mixture.StandardDeviation);
            summary.Lower[cell] = mixture.Quantile(0.5 * alpha);
            summary.Upper[cell] = mixture.Quantile(1.0 - 0.5 * alpha);
        }
    }
}
