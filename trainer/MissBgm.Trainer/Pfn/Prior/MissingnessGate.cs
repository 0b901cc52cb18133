using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Prior;

/// <summary>
/// The randomised score-and-quantile gate (Section 4.2, Appendix B): a random convolutional network scores every latent coordinate of a row, and a
/// feature is missing in the rows whose score is below the feature's own quantile. Scores of the first layer depend on values (X to M); scores of
/// the second depend on the first layer's scores of neighbouring coordinates, so masks propagate (M to M).
/// </summary>
internal static class MissingnessGate
{
    private const int Kernel = 7;
    private const double Gain = 1.5;

    /// <summary>Draws masks.</summary>
    /// <param name="random">The step's random numbers.</param>
    /// <param name="latent">The latent representation z, [B, n, T].</param>
    /// <param name="chosen">The features' coordinates, [B, F].</param>
    /// <param name="maximumRate">Largest missing rate of a feature, alpha_max.</param>
    /// <param name="config">Shares of complete and partly complete tasks; whether masks propagate.</param>
    /// <returns>1 where a cell is observed, [B, n, F].</returns>
    public static Tensor Draw(StepRandom random, Tensor latent, Tensor chosen, double maximumRate, PriorConfig config)
    {
        var score = Score(random, latent, chosen, propagate: config.Kind == "structural");
        var rate = Rates(random, chosen.shape[0], chosen.shape[1], maximumRate, config);
        return score.ge(Quantile(score, rate)).to(ScalarType.Float32);
    }

    /// <summary>The largest missing rate at a step: it rises linearly during the warm-up.</summary>
    public static double MaximumRate(PriorConfig config, long step)
        => config.MissingRateStart + (config.MissingRateEnd - config.MissingRateStart) * Math.Min(1, step / (double)config.MissingRateWarmUp);

    private static Tensor Score(StepRandom random, Tensor latent, Tensor chosen, bool propagate)
    {
        var first = Convolve(random, latent).tanh();
        if (!propagate) return Coordinates.Take(first, chosen);
        var second = Convolve(random, first).tanh();
        var layer = random.Uniform(chosen.shape[0], 1, chosen.shape[1]).lt(0.5);
        return where(layer, Coordinates.Take(first, chosen), Coordinates.Take(second, chosen));
    }

    // A convolution along the coordinates with a kernel of its own for each task: the sum of seven shifted copies.
    private static Tensor Convolve(StepRandom random, Tensor x)
    {
        var width = x.shape[2];
        var kernel = random.Normal(x.shape[0], 1, Kernel) * (Gain / Math.Sqrt(Kernel));
        var padded = nn.functional.pad(x, [Kernel / 2, Kernel / 2]);
        var sum = zeros_like(x);
        for (var k = 0; k < Kernel; k++)
        {
            sum.addcmul_(padded.narrow(2, k, width), kernel.narrow(2, k, 1), 1);
        }

        return sum;
    }

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
