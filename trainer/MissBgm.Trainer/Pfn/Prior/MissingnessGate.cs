using MissBgm.Trainer.Pfn.Prior.Masks;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>
/// The score-and-quantile gate (Section 4.2, Appendix B): a feature is missing in the rows whose score is below the feature's own quantile. What
/// the scores depend on is the mechanism's affair.
/// </summary>
internal static class MissingnessGate
{
    /// <summary>Draws masks.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="masks">The mechanism of each task.</param>
    /// <param name="scene">What they may depend on.</param>
    /// <param name="maximumRate">Largest missing rate of a feature, alpha_max.</param>
    /// <param name="config">Shares of complete and partly complete tasks.</param>
    /// <returns>1 where a cell is observed, [B, n, F].</returns>
    public static Tensor Draw(StepRandom random, AssignedPieces<IMask> masks, MaskScene scene, double maximumRate, PriorConfig config)
    {
        var score = masks.Draw((piece, chosen) => piece.Score(random, scene.Of(chosen)));
        var rate = Rates(random, scene.Tasks, scene.Features, maximumRate, config);
        return score.ge(Quantile(score, rate)).to(ScalarType.Float32);
    }

    /// <summary>The largest missing rate at a step: it rises linearly during the warm-up.</summary>
    public static double MaximumRate(PriorConfig config, long step)
        => config.MissingRateStart + (config.MissingRateEnd - config.MissingRateStart) * Math.Min(1, step / (double)config.MissingRateWarmUp);

    // alpha_j, [B, 1, F]: uniform up to the largest rate; 0 for features and tasks without missing cells.
    private static Tensor Rates(StepRandom random, long tasks, long features, double maximumRate, PriorConfig config)
    {
        var rate = random.Uniform(tasks, 1, features) * maximumRate;
        var partial = random.Bernoulli(config.PartialShare, tasks, 1, 1);
        var affected = random.Uniform(tasks, 1, features).lt(random.Uniform(tasks, 1, 1)).to(ScalarType.Float32);
        var incomplete = random.Bernoulli(1 - config.CompleteShare, tasks, 1, 1);
        return rate * (1 - partial + partial * affected) * incomplete;
    }

    // The score that floor(rate * n) rows fall below, [B, 1, F].
    private static Tensor Quantile(Tensor score, Tensor rate)
    {
        var rows = score.shape[1];
        var rank = (rate * rows).floor().clamp(0, rows - 1).to(ScalarType.Int64);
        return score.sort(1).Values.gather(1, rank);
    }
}
