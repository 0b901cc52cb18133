using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>
/// One column's contest: how well its mask follows what the others predict of its own value, against how well it follows the others themselves. Evidence is the
/// log of the mask's marginal likelihood over that of a constant chance.
/// </summary>
internal sealed class ColumnContest
{
    private const int MostAnchors = 4;
    private const int MostCombined = 16;
    private const int RowsPerCombined = 10;
    private static readonly double[] _scales = [0.25, 0.5, 1.0];

    /// <summary>Fits every rule.</summary>
    /// <param name="data">The table.</param>
    /// <param name="model">A factor model with the posterior of its rows.</param>
    /// <param name="column">The column.</param>
    public ColumnContest(MaskedMatrix data, FactorModel model, int column)
    {
        var mask = new ColumnMask(data, column);
        var others = new LeaveOneOut(data, model, column);
        Column = column;
        Own = IndexProbit.Fit(mask, others.Own());
        Sum = IndexProbit.Fit(mask, others.Sum());
        var candidates = Enumerable.Range(0, data.Columns).Where(k => k != column).Select(k => (Column: k, Index: others.Of(k))).ToArray();
        Array.Sort([.. candidates.Select(c => -Score(mask, c.Index))], candidates);
        var anchors = candidates.Take(MostAnchors).Select(c => (c.Column, Fit: IndexProbit.Fit(mask, c.Index.Standardised()))).Select(a => (a.Column, a.Fit, Evidence: AnchorEvidence(a.Fit))).ToArray();
        if (anchors.Length > 0)
        {
            (BestAnchor, AnchorFit, _) = anchors.MaxBy(a => a.Evidence);
            // Those not fitted follow the mask less; their share of the average is left out of the sum but not of the count.
            Anchor = LogMean.Of([.. anchors.Select(a => a.Evidence)]) + Math.Log(anchors.Length / (double)candidates.Length);
        }

        Combined = [.. candidates.Take(Math.Min(MostCombined, data.Rows / RowsPerCombined)).Select(c => c.Column)];
        Combination = RidgeProbit.Fit(mask, [.. candidates.Take(Combined.Length).Select(c => Known(c.Index, data.Rows))]);
    }

    /// <summary>The column.</summary>
    public int Column { get; }

    /// <summary>The fit to the column's own value.</summary>
    public IndexFit Own { get; }

    /// <summary>The fit to the sum of the others.</summary>
    public IndexFit Sum { get; }

    /// <summary>The other column that the mask follows best; -1 without others.</summary>
    public int BestAnchor { get; } = -1;

    /// <summary>The fit to it.</summary>
    public IndexFit AnchorFit { get; }

    /// <summary>Evidence that the mask follows one other column, averaged over which.</summary>
    public double Anchor { get; } = double.NegativeInfinity;

    /// <summary>The columns of the combination.</summary>
    public int[] Combined { get; }

    /// <summary>The fit to a linear combination.</summary>
    public RidgeFit Combination { get; }

    /// <summary>Evidence of all rules together, each as probable as the others; slopes on the sum of the others are N(mean, deviation^2).</summary>
    public double Rival(SlopePrior prior) => LogMean.Of([0.0, Anchor, Sum.LogEvidence(prior.Mean, prior.Deviation), Combination.LogEvidence]);

    /// <summary>The rule of largest evidence.</summary>
    public MaskRule BestRule(SlopePrior prior) => new Dictionary<MaskRule, double>
    {
        [MaskRule.None] = 0.0,
        [MaskRule.Anchor] = Anchor,
        [MaskRule.Sum] = Sum.LogEvidence(prior.Mean, prior.Deviation),
        [MaskRule.Combination] = Combination.LogEvidence,
    }.MaxBy(rule => rule.Value).Key;

    private static double AnchorEvidence(IndexFit fit) => LogMean.Of([.. _scales.Select(scale => fit.LogEvidence(0.0, scale))]);

    // Correlation with the mask, up to a factor common to all indices.
    private static double Score(ColumnMask mask, RowIndex index)
    {
        var (mean, square, product) = (0.0, 0.0, 0.0);
        for (var i = 0; i < mask.Rows; i++) mean += index.Mean[i] / mask.Rows;
        for (var i = 0; i < mask.Rows; i++)
        {
            var deviation = index.Mean[i] - mean;
            square += deviation * deviation;
            product += deviation * mask.Observed[i];
        }

        return Math.Abs(product) / Math.Sqrt(square + 1e-9);
    }

    private static double[] Known(RowIndex index, int rows)
    {
        var mean = index.Standardised().Mean;
        Array.Clear(mean, rows, mean.Length - rows);
        return mean;
    }
}
