using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>Slopes of all columns are N(mean, deviation^2).</summary>
internal readonly record struct SlopePrior(double Mean, double Deviation);

/// <summary>A law of the slopes, and the share of the columns that are self-masked.</summary>
internal readonly record struct SelfHypothesis(SlopePrior Prior, double Share);

/// <summary>A column's part in the verdict.</summary>
/// <param name="Contest">Its fits.</param>
/// <param name="Probability">That its mask follows its own value, given that some column's does.</param>
/// <param name="Slope">Its slope if so: the posterior mean.</param>
/// <param name="Rule">What else its mask is most likely to follow.</param>
/// <param name="Rival">Evidence of all rules of other columns.</param>
internal sealed record ColumnVerdict(ColumnContest Contest, double Probability, double Slope, MaskRule Rule, double Rival);

/// <summary>
/// Whether columns' masks follow their own values, given that they may follow the other columns: marginal likelihood of the masks when a
/// share of the columns is self-masked, over that when every mask is ignorable given the others. Slopes are of one law, whose mean may be
/// 0: effects of either sign add up.
/// </summary>
/// <remarks>
/// Given complete other columns, a mask that follows the own value by Phi(alpha x + a) and one that follows the prediction of that value
/// are the same data; but a rule that knows nothing of the prediction has no reason to agree with it, column by column. The ratio is a
/// Bayes factor for that agreement: if masks arise by the rival rules, with their shares and laws of slopes, it exceeds k with a
/// probability of at most 1 / k (Markov). Columns that go missing together count once.
/// </remarks>
internal sealed record MaskContest(
    double LogBayesFactor, IReadOnlyList<(SelfHypothesis Hypothesis, double Probability)> Posterior, IReadOnlyList<ColumnVerdict> Columns)
{
    /// <summary>log of how often the masks must be more probable.</summary>
    public static readonly double Threshold = Math.Log(100.0);

    private const int FewestCells = 4;
    private static readonly double[] Shares = [0.25, 0.5, 0.75, 1.0];
    private static readonly SlopePrior[] Priors =
    [
        .. from mean in new[] { 0.0, -0.15, 0.15, -0.3, 0.3, -0.5, 0.5, -0.8, 0.8, -1.2, 1.2 }
            from deviation in new[] { 0.05, 0.15, 0.4 }
            select new SlopePrior(mean, deviation),
    ];

    /// <summary>The likeliest law of the slopes.</summary>
    public SlopePrior Prior => Posterior.Count == 0 ? default : Posterior.MaxBy(p => p.Probability).Hypothesis.Prior;

    /// <summary>Holds the contest.</summary>
    /// <param name="data">The table.</param>
    /// <param name="model">A factor model with the posterior of its rows.</param>
    /// <param name="allowed">Whether a column's mask may follow its own value.</param>
    /// <param name="threads">Threads; results do not depend on it.</param>
    public static MaskContest Run(MaskedMatrix data, FactorModel model, Func<int, bool> allowed, int threads)
    {
        var counts = data.ObservedCounts();
        var columns = Enumerable.Range(0, data.Columns)
            .Where(j => data.Columns > 1 && allowed(j) && counts[j] >= FewestCells && data.Rows - counts[j] >= FewestCells).ToArray();
        var contests = new ColumnContest[columns.Length];
        var common = CommonAnchors.Pick(data, model, columns);
        RowBlocks.Run(columns.Length, 1, threads, () => 0, (_, i, _, _) => contests[i] = new ColumnContest(data, model, columns[i], common));
        return Judge(contests, [.. MaskWeights.Of(data, columns)]);
    }

    /// <summary>The verdict from the columns' fits.</summary>
    /// <param name="contests">The columns.</param>
    /// <param name="weights">What each column's mask counts, [columns].</param>
    internal static MaskContest Judge(IReadOnlyList<ColumnContest> contests, double[] weights)
    {
        if (contests.Count == 0) return new MaskContest(0.0, [], []);
        double Total(Func<ColumnContest, double> evidence) => contests.Select((contest, i) => weights[i] * evidence(contest)).Sum();
        // The rivals are given the best law of their slopes, the best shares and the best column to follow: an advantage they have.
        var anchors = Enumerable.Range(0, contests[0].CommonAnchors.Length).Select(k => (int?)k).Append(null);
        var (rivalPrior, shares, anchor) = (from prior in Priors from share in RuleShares.All from common in anchors select (prior, share, common))
            .MaxBy(h => Total(contest => contest.Rival(h.prior, h.share, h.common)));
        var rivals = contests.Select(contest => contest.Rival(rivalPrior, shares, anchor)).ToArray();
        var hypotheses = (from prior in Priors from share in Shares select new SelfHypothesis(prior, share)).ToArray();
        double Evidence(SelfHypothesis h) =>
            contests.Select((contest, i) => weights[i] * LogMean.Between(rivals[i], Own(contest, h), h.Share)).Sum();
        var evidence = hypotheses.Select(Evidence).ToArray();
        var all = LogMean.Of(evidence);
        var posterior = hypotheses.Select((h, i) => (Hypothesis: h, Probability: Math.Exp(evidence[i] - all) / evidence.Length)).ToArray();
        return new MaskContest(all - rivals.Select((rival, i) => weights[i] * rival).Sum(), posterior, [.. contests.Select((contest, i) =>
        {
            var (probability, slope) = (0.0, 0.0);
            foreach (var (hypothesis, weight) in posterior)
            {
                var own = weight * OwnProbability(contest, rivals[i], hypothesis);
                probability += own;
                slope += own * contest.Own.Shrunk(hypothesis.Prior.Mean, hypothesis.Prior.Deviation);
            }

            return new ColumnVerdict(contest, probability, probability > 0.0 ? slope / probability : 0.0, contest.BestRule(rivalPrior), rivals[i]);
        })]);
    }

    /// <summary>The law that a uniform number picks from the posterior.</summary>
    public SelfHypothesis Pick(double uniform)
    {
        foreach (var (hypothesis, probability) in Posterior)
        {
            uniform -= probability;
            if (uniform < 0.0) return hypothesis;
        }

        return Posterior[^1].Hypothesis;
    }

    /// <summary>Probability that a column's mask follows its own value, under a law.</summary>
    public double OwnProbability(int column, SelfHypothesis hypothesis) => OwnProbability(Columns[column].Contest, Columns[column].Rival, hypothesis);

    private static double OwnProbability(ColumnContest contest, double rival, SelfHypothesis hypothesis) =>
        hypothesis.Share * Math.Exp(Own(contest, hypothesis) - LogMean.Between(rival, Own(contest, hypothesis), hypothesis.Share));

    private static double Own(ColumnContest contest, SelfHypothesis hypothesis) => contest.Own.LogEvidence(hypothesis.Prior.Mean, hypothesis.Prior.Deviation);
}
