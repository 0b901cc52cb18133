using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>One column's mask over a choice of rows, padded to whole vectors.</summary>
internal sealed class ColumnMask
{
    /// <summary>Reads the mask of a column.</summary>
    public ColumnMask(MaskedMatrix data, int column)
    {
        Rows = data.Rows;
        Observed = new double[MaskedMatrix.PaddedWidth(Rows)];
        Weight = new double[Observed.Length];
        for (var i = 0; i < Rows; i++)
        {
            Observed[i] = data.Observed[i * data.Stride + column];
            Weight[i] = 1.0;
            Seen += (int)Observed[i];
        }
    }

    /// <summary>n.</summary>
    public int Rows { get; }

    /// <summary>1 where observed, [n].</summary>
    public double[] Observed { get; }

    /// <summary>1 for a row, 0 in the padding.</summary>
    public double[] Weight { get; }

    /// <summary>Rows that observe the column.</summary>
    public int Seen { get; }

    /// <summary>Share of observed cells, kept away from 0 and 1.</summary>
    public double Share => Math.Clamp(Seen / (double)Rows, 1e-3, 1.0 - 1e-3);

    /// <summary>log-likelihood when every row has the same chance.</summary>
    public double ConstantLogLikelihood
    {
        get
        {
            var share = Seen / (double)Rows;
            return Seen is 0 || Seen == Rows ? 0.0 : Seen * Math.Log(share) + (Rows - Seen) * Math.Log(1.0 - share);
        }
    }
}
