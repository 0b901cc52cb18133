using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>Slopes of all columns are N(mean, deviation^2).</summary>
internal readonly record struct SlopePrior(double Mean, double Deviation);

/// <summary>A column's part in the verdict.</summary>
/// <param name="Contest">Its fits.</param>
/// <param name="Probability">That its mask follows its own value, given that some column's does.</param>
/// <param name="Slope">Its slope if so: the posterior mean.</param>
/// <param name="Rule">What else its mask is most likely to follow.</param>
internal sealed record ColumnVerdict(ColumnContest Contest, double Probability, double Slope, MaskRule Rule);

/// <summary>
/// Whether columns' masks follow their own values, given that they may follow the other columns: marginal likelihood of the masks when a share of the columns is
/// self-masked, over that when every mask is ignorable given the others. Slopes are of one law, whose mean may be 0: effects of either sign add up.
/// </summary>
/// <remarks>
/// Given complete other columns, a mask that follows the own value by Phi(alpha x + a) and one that follows the prediction of that value are the same data; but a
/// rule that knows nothing of the prediction has no reason to agree with it, column by column. The ratio is a Bayes factor for that agreement: if masks arise by
/// the rival rules it exceeds k with a probability of at most 1 / k (Markov). Columns that go missing together count once.
/// </remarks>
internal sealed record MaskContest(double LogBayesFactor, SlopePrior Prior, IReadOnlyList<ColumnVerdict> Columns)
{
    /// <summary>log of how often the masks must be more probable.</summary>
    public static readonly double Threshold = Math.Log(1000.0);

    private const int FewestCells = 4;
    private static readonly double[] _shares = [0.25, 0.5, 0.75, 1.0];
    private static readonly SlopePrior[] _priors = [.. from mean in new[] { 0.0, -0.15, 0.15, -0.3, 0.3, -0.5, 0.5, -0.8, 0.8, -1.2, 1.2 } from deviation in new[] { 0.05, 0.15, 0.4 } select new SlopePrior(mean, deviation)];

    /// <summary>Holds the contest.</summary>
    /// <param name="data">The table.</param>
    /// <param name="model">A factor model with the posterior of its rows.</param>
    /// <param name="allowed">Whether a column's mask may follow its own value.</param>
    /// <param name="threads">Threads; results do not depend on it.</param>
    public static MaskContest Run(MaskedMatrix data, FactorModel model, Func<int, bool> allowed, int threads)
    {
        var counts = data.ObservedCounts();
        var columns = Enumerable.Range(0, data.Columns).Where(j => data.Columns > 1 && allowed(j) && counts[j] >= FewestCells && data.Rows - counts[j] >= FewestCells).ToArray();
        var contests = new ColumnContest[columns.Length];
        RowBlocks.Run(columns.Length, 1, threads, () => 0, (_, i, _, _) => contests[i] = new ColumnContest(data, model, columns[i]));
        return Judge(contests, [.. MaskWeights.Of(data, columns)]);
    }

    /// <summary>The verdict from the columns' fits.</summary>
    /// <param name="contests">The columns.</param>
    /// <param name="weights">What each column's mask counts, [columns].</param>
    internal static MaskContest Judge(IReadOnlyList<ColumnContest> contests, double[] weights)
    {
        if (contests.Count == 0) return new MaskContest(0.0, default, []);
        double Total(Func<ColumnContest, double> evidence) => contests.Select((contest, i) => weights[i] * evidence(contest)).Sum();
        // The rivals' own slopes are given their best law: an advantage they have.
        var rivalPrior = _priors.MaxBy(prior => Total(contest => contest.Rival(prior)));
        var rivals = contests.Select(contest => contest.Rival(rivalPrior)).ToArray();
        var hypotheses = (from prior in _priors from share in _shares select (Prior: prior, Share: share)).ToArray();
        var evidence = hypotheses.Select(h => contests.Select((contest, i) =>
            weights[i] * LogMean.Between(rivals[i], contest.Own.LogEvidence(h.Prior.Mean, h.Prior.Deviation), h.Share)).Sum()).ToArray();
        var all = LogMean.Of(evidence);
        var posterior = evidence.Select(e => Math.Exp(e - all) / evidence.Length).ToArray();
        return new MaskContest(all - rivals.Select((rival, i) => weights[i] * rival).Sum(), hypotheses[posterior.Index().MaxBy(p => p.Item).Index].Prior, [.. contests.Select((contest, i) =>
        {
            var (probability, slope) = (0.0, 0.0);
            for (var h = 0; h < hypotheses.Length; h++)
            {
                var (prior, share) = hypotheses[h];
                var own = share * Math.Exp(contest.Own.LogEvidence(prior.Mean, prior.Deviation) - LogMean.Between(rivals[i], contest.Own.LogEvidence(prior.Mean, prior.Deviation), share));
                probability += posterior[h] * own;
                slope += posterior[h] * own * contest.Own.Shrunk(prior.Mean, prior.Deviation);
            }

            return new ColumnVerdict(contest, probability, probability > 0.0 ? slope / probability : 0.0, contest.BestRule(rivalPrior));
        })]);
    }
}
