namespace MissBgm.Trainer.Collapsed.Evidence;

/// <summary>Where a column's noise is cut, tau, against where its mask says, t: under selection they are the same.</summary>
/// <param name="Shift">tau - t.</param>
/// <param name="Root">Signed root of the likelihood ratio of tau free to tau = t: standard normal under selection.</param>
internal readonly record struct CutShift(double Shift, double Root)
{
    public static CutShift Between(ColumnFit skewNoise, ColumnFit selection)
    {
        var shift = skewNoise.Threshold - selection.Threshold;
        return new CutShift(shift, Math.Sign(shift) * Math.Sqrt(2.0 * Math.Max(0.0, skewNoise.LogLikelihood - selection.LogLikelihood)));
    }
}

/// <summary>
/// One column's contest between selection and the ignorable laws: maximised log-likelihoods over a grid of rho, with the factor model's z and
/// loadings held fixed. Every law includes the mask's own term: each cell missing with the same probability, or by a rule of other columns
/// where that is likely.
/// </summary>
internal sealed class ColumnScores
{
    /// <summary>The rhos tried.</summary>
    public static readonly double[] Grid = [-0.995, -0.95, -0.8, -0.5, 0.0, 0.5, 0.8, 0.95, 0.995];

    /// <summary>Position of rho = 0.</summary>
    public const int Zero = 4;

    // Prices in units of log n, as BIC counts parameters: b and sigma, then rho; tau in full where it is free, and half of it for the choice of
    // tau = 0 out of all, so that plain skew-normal noise is a cheaper explanation than noise cut at a fitted point.
    private const double Shape = 1.0;
    private const double Correlation = 0.5;
    private const double FreeCut = 0.5;
    private const double CutAtZero = 0.25;

    private readonly double _logCount;
    private readonly double _mixture;
    private readonly ColumnFit[] _skewNoise;
    private readonly double _skewNormal;

    /// <summary>Fits every candidate.</summary>
    public ColumnScores(ColumnResiduals column)
    {
        var plain = column.WithoutRule;
        var mask = plain.MaskLogLikelihood;
        Fits = Array.ConvertAll(Grid, rho => Selection(column, plain, mask, rho));
        Best = Fits.Index().MaxBy(fit => fit.Item.LogLikelihood).Index;
        _logCount = Math.Log(column.Observed);
        mask += Math.Max(0.0, column.RuleEvidence);
        _mixture = mask + ColumnMixtureFit.BestBic(column);
        _skewNoise = Array.ConvertAll(Grid, rho => ColumnSelectionFit.SkewNoise(column, rho));
        _skewNoise = Array.ConvertAll(_skewNoise, fit => fit with { LogLikelihood = fit.LogLikelihood + mask });
        _skewNormal = mask + Grid.Max(rho => ColumnSelectionFit.SkewNormalNoise(column, rho).LogLikelihood);
    }

    // With the rule of other columns or without, whichever does better: the rule pays what its fitted coefficients gain beyond its
    // evidence. One that fits by chance would blur the place of a sharp cut.
    private static ColumnFit Selection(ColumnResiduals column, ColumnResiduals plain, double mask, double rho)
    {
        var alone = ColumnSelectionFit.Selection(plain, rho);
        if (!column.HasRule) return alone;
        var ruled = ColumnSelectionFit.Selection(column, rho);
        ruled = ruled with { LogLikelihood = ruled.LogLikelihood - (column.MaskLogLikelihood - mask - column.RuleEvidence) };
        return ruled.LogLikelihood > alone.LogLikelihood ? ruled : alone;
    }

    /// <summary>Selection's fit at each rho of the grid.</summary>
    public ColumnFit[] Fits { get; }

    /// <summary>Position of the rho of largest likelihood.</summary>
    public int Best { get; }

    /// <summary>
    /// D_j: selection with its own rho against Gaussian mixtures, extended skew-normal and skew-normal noise, in BIC's units of log-likelihood.
    /// </summary>
    public double Score => Against(Fits[Best], Shape + Correlation);

    /// <summary>Where extended skew-normal noise would be cut, against where the mask says.</summary>
    public CutShift Cut => CutShift.Between(_skewNoise.MaxBy(fit => fit.LogLikelihood), Fits[Best]);

    /// <summary><see cref="Score"/> when rho is shared by all columns and counted in no law.</summary>
    public double SharedScore(int shared) => Against(Fits[shared], Shape);

    /// <summary><see cref="Cut"/> at the shared rho.</summary>
    public CutShift SharedCut(int shared) => CutShift.Between(_skewNoise[shared], Fits[shared]);

    private double Against(ColumnFit selection, double price)
    {
        var skewNoise = _skewNoise.Max(fit => fit.LogLikelihood) - (price + FreeCut) * _logCount;
        var skewNormal = _skewNormal - (price + CutAtZero) * _logCount;
        return selection.LogLikelihood - price * _logCount - Math.Max(_mixture, Math.Max(skewNoise, skewNormal));
    }
}
