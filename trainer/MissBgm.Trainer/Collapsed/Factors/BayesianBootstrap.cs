using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Factors;

/// <summary>
/// Rows weighted at random (Rubin, "The Bayesian bootstrap", Annals of Statistics 9, 1981): weights are uniform on the simplex, so that
/// estimates spread as under a bootstrap of the rows, but no row is left out, and no column without values. Draws come in antithetic pairs,
/// of u and 1 - u: what the weights do in first order then nearly cancels in the mean over draws, while each draw spreads as it should.
/// </summary>
internal static class BayesianBootstrap
{
    /// <summary>Weights of sum n, [n].</summary>
    /// <param name="rows">n.</param>
    /// <param name="random">Random numbers.</param>
    /// <param name="draw">Number of the draw.</param>
    public static double[] Weights(int rows, Philox random, int draw)
    {
        var uniforms = new float[rows];
        random.Uniforms(uniforms, RandomPurpose.Bootstrap, 0, 0, draw / 2);
        var weights = Array.ConvertAll(uniforms, uniform => -Math.Log(draw % 2 == 0 ? uniform : 1.0 - uniform));
        var scale = rows / weights.Sum();
        for (var i = 0; i < rows; i++) weights[i] *= scale;
        return weights;
    }
}
