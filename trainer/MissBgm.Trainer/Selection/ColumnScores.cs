namespace MissBgm.Trainer.Selection;

/// <summary>
/// One column's contest between selection and the ignorable laws: maximised log-likelihoods over a grid of rho, with the factor model's z and
/// loadings held fixed.
/// </summary>
internal sealed class ColumnScores
{
    /// <summary>The rhos tried.</summary>
    public static readonly double[] Grid = [-0.995, -0.95, -0.8, -0.5, 0.0, 0.5, 0.8, 0.95, 0.995];

    /// <summary>Position of rho = 0.</summary>
    public const int Zero = 4;

    private readonly double logCount;
    private readonly double plainRival;
    private readonly double skewRival;

    /// <summary>Fits every candidate.</summary>
    public ColumnScores(ColumnResiduals column)
    {
        Fits = Array.ConvertAll(Grid, rho => ColumnSelectionFit.Selection(column, rho));
        Best = Fits.Index().MaxBy(fit => fit.Item.LogLikelihood).Index;
        logCount = Math.Log(column.Observed);
        plainRival = column.MaskLogLikelihood + ColumnMixtureFit.BestBic(column);
        skewRival = column.MaskLogLikelihood + Grid.Where(rho => rho != 0.0).Max(rho => ColumnSelectionFit.SkewNoise(column, rho).LogLikelihood);
    }

    /// <summary>Selection's fit at each rho of the grid.</summary>
    public ColumnFit[] Fits { get; }

    /// <summary>Position of the rho of largest likelihood.</summary>
    public int Best { get; }

    /// <summary>
    /// D_j: selection with its own rho (b, sigma, rho beside the mask's t: 1.5 log n) against Gaussian mixtures and extended skew-normal noise
    /// (b, sigma, rho, tau: 2 log n), all with a mask independent of the value.
    /// </summary>
    public double Score => Fits[Best].LogLikelihood - 1.5 * logCount - Math.Max(plainRival, skewRival - 2.0 * logCount);

    /// <summary>The same when rho is shared by all columns and so not counted in either.</summary>
    public double SharedScore(int shared) =>
        Fits[shared].LogLikelihood - logCount - Math.Max(plainRival, skewRival - 1.5 * logCount);
}
