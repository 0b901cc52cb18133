using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>What a rule of other columns adds to each row's probit of being observed.</summary>
/// <param name="Values">[n].</param>
/// <param name="LogEvidence">log of the mask's marginal likelihood under the rule over that of a constant chance.</param>
internal sealed record MaskOffsets(double[] Values, double LogEvidence);

/// <summary>
/// One column's contest: how well its mask follows what the others predict of its own value, against how well it follows the others themselves. Evidence is the
/// log of the mask's marginal likelihood over that of a constant chance.
/// </summary>
internal sealed class ColumnContest
{
    private const int MostAnchors = 4;
    private const int MostCombined = 16;
    private const int RowsPerCombined = 10;
    private static readonly double[] Scales = [0.25, 0.5, 1.0];
    private static readonly double Strong = Math.Log(20.0);

    /// <summary>Fits every rule.</summary>
    /// <param name="data">The table.</param>
    /// <param name="model">A factor model with the posterior of its rows.</param>
    /// <param name="column">The column.</param>
    /// <param name="common">Columns that all masks may follow.</param>
    public ColumnContest(MaskedMatrix data, FactorModel model, int column, IReadOnlyList<int> common)
    {
        var mask = new ColumnMask(data, column);
        var others = new LeaveOneOut(data, model, column);
        Column = column;
        Own = IndexProbit.Fit(mask, others.Own());
        var candidates = Enumerable.Range(0, data.Columns).Where(k => k != column).Select(k => (Column: k, Index: others.MeanOf(k))).ToArray();
        Array.Sort([.. candidates.Select(c => -Score(mask, c.Index))], candidates);
        (int Column, IndexFit Fit, double Evidence) Follow(int anchor)
        {
            var fit = IndexProbit.Fit(mask, others.Of(anchor).Standardised());
            return (anchor, fit, AnchorEvidence(fit));
        }

        var anchors = candidates.Take(MostAnchors).Select(c => Follow(c.Column)).ToArray();
        if (anchors.Length > 0)
        {
            (BestAnchor, AnchorFit, _) = anchors.MaxBy(a => a.Evidence);
            // Those not fitted follow the mask less; their share of the average is left out of the sum but not of the count.
            Anchor = LogMean.Of([.. anchors.Select(a => a.Evidence)]) + Math.Log(anchors.Length / (double)candidates.Length);
        }

        CommonAnchors = [.. common.Select(k => k == column ? Anchor : Follow(k).Evidence)];
        AnchorIndex = anchors.Length > 0 ? others.Of(BestAnchor).Standardised() : null;
        SumIndex = others.Sum();
        Sum = IndexProbit.Fit(mask, SumIndex);
        Combined = [.. candidates.Take(Math.Min(MostCombined, data.Rows / RowsPerCombined)).Select(c => c.Column)];
        CombinedIndices = [.. candidates.Take(Combined.Length).Select(c => Known(c.Index, data.Rows))];
        Combination = RidgeProbit.Fit(mask, CombinedIndices);
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

    /// <summary>Evidence that the mask follows each of the columns that all masks may follow; of the column itself, any other.</summary>
    public double[] CommonAnchors { get; }

    /// <summary>The columns of the combination.</summary>
    public int[] Combined { get; }

    /// <summary>The fit to a linear combination.</summary>
    public RidgeFit Combination { get; }

    /// <summary>Evidence of all rules together.</summary>
    /// <param name="prior">The law of slopes on the sum of the others.</param>
    /// <param name="shares">How probable each rule is.</param>
    /// <param name="anchor">Which of <see cref="CommonAnchors"/> masks that follow one column follow; null for one of their own each.</param>
    public double Rival(SlopePrior prior, RuleShares shares, int? anchor) => LogMean.Weighted(
        [0.0, anchor is { } common ? CommonAnchors[common] : Anchor, Sum.LogEvidence(prior.Mean, prior.Deviation), Combination.LogEvidence],
        [shares.None, shares.Anchor, shares.Sum, shares.Combination]);

    /// <summary>The rule of largest evidence.</summary>
    /// <param name="prior">The law of the slopes on the sum of the others.</param>
    /// <param name="none">The evidence that another rule has to exceed.</param>
    public MaskRule BestRule(SlopePrior prior, double none = 0.0) => new Dictionary<MaskRule, double>
    {
        [MaskRule.None] = none,
        [MaskRule.Anchor] = Anchor,
        [MaskRule.Sum] = Sum.LogEvidence(prior.Mean, prior.Deviation),
        [MaskRule.Combination] = Combination.LogEvidence,
    }.MaxBy(rule => rule.Value).Key;

    /// <summary>
    /// The best rule of other columns, a law of the mask that leaves the own value out, beside which a mechanism has to stand; null where
    /// none is likely.
    /// </summary>
    /// <param name="rows">n.</param>
    public MaskOffsets? Offsets(int rows)
    {
        var prior = new SlopePrior(0.0, Scales[1]);
        var rule = BestRule(prior, Strong);
        if (rule == MaskRule.None) return null;
        var offsets = new double[rows];
        for (var i = 0; i < rows; i++)
        {
            offsets[i] = rule switch
            {
                MaskRule.Anchor => Of(AnchorFit.Slope, AnchorIndex!, i),
                MaskRule.Sum => Of(Sum.Slope, SumIndex, i),
                MaskRule.Combination => CombinedIndices.Select((index, c) => Combination.Coefficients[c + 1] * index[i]).Sum(),
                _ => 0.0,
            };
        }

        return new MaskOffsets(offsets, rule switch
        {
            MaskRule.Anchor => Anchor,
            MaskRule.Sum => Sum.LogEvidence(prior.Mean, prior.Deviation),
            _ => Combination.LogEvidence,
        });

        static double Of(double slope, RowIndex index, int i) => slope * index.Mean[i] / Math.Sqrt(1.0 + slope * slope * index.Variance[i]);
    }

    private RowIndex? AnchorIndex { get; }

    private RowIndex SumIndex { get; }

    private double[][] CombinedIndices { get; }

    private static double AnchorEvidence(IndexFit fit) => LogMean.Of([.. Scales.Select(scale => fit.LogEvidence(0.0, scale))]);

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
