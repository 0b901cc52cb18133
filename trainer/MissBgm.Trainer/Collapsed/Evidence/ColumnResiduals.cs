using System.Numerics;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Masks;

namespace MissBgm.Trainer.Collapsed.Evidence;

/// <summary>One column's observed residuals x - W z given the factor model's posterior means: what the column likelihoods are fitted to.</summary>
/// <param name="Values">Residuals of the observed cells, padded to whole vectors.</param>
/// <param name="Observed">How many there are.</param>
/// <param name="Missing">How many rows miss the column.</param>
internal sealed record ColumnResiduals(double[] Values, int Observed, int Missing)
{
    /// <summary>What the other columns add to the probit of being observed in the rows of <see cref="Values"/>, padded with zeros.</summary>
    public double[] Offsets { get; init; } = new double[Values.Length];

    /// <summary>The same in the rows that miss the column; empty where nothing is added anywhere.</summary>
    public double[] MissingOffsets { get; init; } = [];

    /// <summary>log of the mask's marginal likelihood by that rule of other columns over that of a constant chance; 0 without a rule.</summary>
    public double RuleEvidence { get; init; }

    /// <summary>Whether the mask may follow other columns.</summary>
    public bool HasRule => MissingOffsets.Length > 0;

    /// <summary>The column without the rule.</summary>
    public ColumnResiduals WithoutRule => HasRule ? new ColumnResiduals(Values, Observed, Missing) : this;

    /// <summary>Share of observed cells, kept away from 0 and 1.</summary>
    public double ObservedShare => Math.Clamp(Observed / (double)(Observed + Missing), 1e-3, 1.0 - 1e-3);

    /// <summary>log-likelihood of the mask alone: by its offsets, the mean chance that of being observed; each cell the same where there are none.</summary>
    public double MaskLogLikelihood
    {
        get
        {
            var share = Math.Clamp(Observed / (double)(Observed + Missing), 1e-6, 1.0 - 1e-6);
            if (MissingOffsets.Length == 0) return Observed * Math.Log(share) + Missing * Math.Log(1.0 - share);
            var intercept = StandardNormal.Quantile(share);
            var value = 0.0;
            for (var step = 0; step < 30; step++)
            {
                var (slope, curvature) = (0.0, 1e-9);
                value = 0.0;
                for (var i = 0; i < Observed; i++) Add(intercept + Offsets[i], 1.0);
                foreach (var offset in MissingOffsets) Add(-intercept - offset, -1.0);
                if (Math.Abs(slope / curvature) < 1e-8) break;
                intercept += Math.Clamp(slope / curvature, -1.0, 1.0);

                void Add(double h, double sign)
                {
                    StandardNormal.LogCdfAndMills(new Vector<double>(h), out var log, out var mills);
                    value += log[0];
                    slope += sign * mills[0];
                    curvature += mills[0] * (mills[0] + h);
                }
            }

            return value;
        }
    }

    /// <summary>Collects every column's residuals over a choice of rows.</summary>
    /// <param name="data">The table.</param>
    /// <param name="model">The factor model.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="offsets">The rule of other columns that each column's mask may follow in these rows, [p]; null for none.</param>
    public static ColumnResiduals[] Collect(MaskedMatrix data, FactorModel model, ReadOnlySpan<int> rows, MaskOffsets?[] offsets)
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
            if (offsets[j] is not { } own) continue;
            var seen = new double[padded.Length];
            var (missing, next) = (new List<double>(), 0);
            for (var i = 0; i < rows.Length; i++)
            {
                if (data.Mask(rows[i])[j] == 1.0) seen[next++] = own.Values[i];
                else missing.Add(own.Values[i]);
            }

            columns[j] = columns[j] with { Offsets = seen, MissingOffsets = [.. missing], RuleEvidence = own.LogEvidence };
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
