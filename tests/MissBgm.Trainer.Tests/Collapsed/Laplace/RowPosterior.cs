using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Laplace;

namespace MissBgm.Trainer.Tests.Collapsed.Laplace;

/// <summary>One row's posterior: a chain of z, and the missing cells' mixture over it.</summary>
internal sealed class RowPosterior(CollapsedModel model, int draws)
{
    private readonly int _d = model.Dimension;
    private readonly RowScratch _scratch = new(model.Dimension, model.Stride);
    private readonly double[] _current = new double[model.Dimension];
    private readonly double[] _proposal = new double[model.Dimension];
    private readonly float[] _normals = new float[draws * model.Dimension];
    private readonly float[] _uniforms = new float[draws];
    private readonly double[] _means = new double[draws * model.Stride];
    private readonly double[] _thresholds = new double[draws * model.Stride];
    private readonly CellMixture _mixture = new(draws);

    /// <summary>Runs the chain from the mode; returns how many proposals were accepted.</summary>
    public int Sample(MaskedMatrix data, LatentModes modes, int row, Philox philox)
    {
        var x = data.Row(row);
        var r = data.Mask(row);
        var mode = modes.Mode.AsSpan(row * _d, _d);
        var factor = modes.Factor.AsSpan(row * _d * _d, _d * _d);
        philox.Normals(_normals, RandomPurpose.LatentProposal, 0, row, 0);
        philox.Uniforms(_uniforms, RandomPurpose.ProposalAcceptance, 0, row, 0);
        mode.CopyTo(_current);
        // Importance weight: target over proposal, both up to constants.
        var currentWeight = CollapsedRow.LogDensity(model, x, r, _current, _scratch);
        var accepted = 0;
        for (var draw = 0; draw < draws; draw++)
        {
            var energy = 0.0;
            for (var k = 0; k < _d; k++)
            {
                _proposal[k] = _normals[draw * _d + k];
                energy += 0.5 * _proposal[k] * _proposal[k];
            }

            Cholesky.SolveTransposed(factor, _d, _proposal);
            for (var k = 0; k < _d; k++) _proposal[k] += mode[k];
            var weight = CollapsedRow.LogDensity(model, x, r, _proposal, _scratch) + energy;
            if (Math.Log(_uniforms[draw]) < weight - currentWeight)
            {
                accepted++;
                currentWeight = weight;
                _proposal.CopyTo(_current, 0);
            }
            else
            {
                CollapsedRow.MeanAndThreshold(model, _current, _scratch);
            }

            _scratch.Mean.CopyTo(_means, draw * model.Stride);
            _scratch.Threshold.CopyTo(_thresholds, draw * model.Stride);
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
            _mixture.Fill(_means, _thresholds, model.Stride, j, Math.Exp(model.LogScale[j]), model.Correlation[j], offsets[2 * j], offsets[2 * j + 1]);
            var cell = row * model.Stride + j;
            (summary.Mean[cell], summary.StandardDeviation[cell]) = (_mixture.Mean, _mixture.StandardDeviation);
            summary.Lower[cell] = _mixture.Quantile(0.5 * alpha);
            summary.Upper[cell] = _mixture.Quantile(1.0 - 0.5 * alpha);
        }
    }
}
