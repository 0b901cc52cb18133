using System.Numerics;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Evidence;

/// <summary>One column's observed residuals x - W z given the factor model's posterior means: what the column likelihoods are fitted to.</summary>
/// <param name="Values">Residuals of the observed cells, padded to whole vectors.</param>
/// <param name="Observed">How many there are.</param>
/// <param name="Missing">How many rows miss the column.</param>
internal sealed record ColumnResiduals(double[] Values, int Observed, int Missing)
{
    /// <summary>Share of observed cells, kept away from 0 and 1.</summary>
    public double ObservedShare => Math.Clamp(Observed / (double)(Observed + Missing), 1e-3, 1.0 - 1e-3);

    /// <summary>log-likelihood of the mask alone, each cell missing with the same probability.</summary>
    public double MaskLogLikelihood
    {
        get
        {
            var share = Math.Clamp(Observed / (double)(Observed + Missing), 1e-6, 1.0 - 1e-6);
            return Observed * Math.Log(share) + Missing * Math.Log(1.0 - share);
        }
    }

    /// <summary>Collects every column's residuals over a choice of rows.</summary>
    public static ColumnResiduals[] Collect(MaskedMatrix data, FactorModel model, ReadOnlySpan<int> rows)
    {
        var (d, stride) = (model.Dimension, model.Stride);
        var values = new List<double>[data.Columns];
        for (var j = 0; j < data.Columns; j++) values[j] = new List<double>(rows.Length + MaskedMatrix.Lane);
        foreach (var row in rows)
        {
            var x = data.Row(row);
            var r = data.Mask(row);
            var z = model.LatentMean.AsSpan(row * d, d);
            for (var j = 0; j < data.Columns; j++)
            {
                if (r[j] == 0.0) continue;
                var residual = x[j];
                for (var k = 0; k < d; k++) residual -= z[k] * model.Loadings[k * stride + j];
                values[j].Add(residual);
            }
        }

        var columns = new ColumnResiduals[data.Columns];
        for (var j = 0; j < columns.Length; j++)
        {
            var observed = values[j].Count;
            var padded = new double[MaskedMatrix.PaddedWidth(observed)];
            values[j].CopyTo(padded);
            columns[j] = new ColumnResiduals(padded, observed, rows.Length - observed);
        }

        return columns;
    }

    /// <summary>1 in the first lanes, 0 in the padding, for the vector that starts at <paramref name="offset"/>.</summary>
    public Vector<double> Weight(int offset)
    {
        var weight = Vector<double>.One;
        if (offset + Vector<double>.Count <= Observed) return weight;
        for (var lane = 0; lane < Vector<double>.Count; lane++)
        {
            if (offset + lane >= Observed) weight = weight.WithElement(lane, 0.0);
        }

        return weight;
    }
}
