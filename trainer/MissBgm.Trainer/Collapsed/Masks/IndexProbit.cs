using System.Numerics;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>A mask's fitted dependence on an index.</summary>
/// <param name="Slope">Of the probit, per unit of the index.</param>
/// <param name="StandardError">Of the slope, from the expected information.</param>
/// <param name="Gain">Log-likelihood above that of a constant chance.</param>
internal readonly record struct IndexFit(double Slope, double StandardError, double Gain)
{
    /// <summary>
    /// log of the mask's marginal likelihood, over that of a constant chance, when the slope is normal: the likelihood's quadratic
    /// approximation at its maximum, integrated (Laplace).
    /// </summary>
    public double LogEvidence(double mean, double deviation)
    {
        var (error, total) = (StandardError * StandardError, StandardError * StandardError + deviation * deviation);
        return Gain - 0.5 * (Slope - mean) * (Slope - mean) / total + 0.5 * Math.Log(error / total);
    }

    /// <summary>The slope's posterior mean under that prior.</summary>
    public double Shrunk(double mean, double deviation)
    {
        var (error, prior) = (1.0 / (StandardError * StandardError), 1.0 / (deviation * deviation));
        return (error * Slope + prior * mean) / (error + prior);
    }
}

/// <summary>
/// Maximum likelihood of P(r = 1) = Phi((beta m + a) / sqrt(1 + beta^2 v)) by Fisher scoring, with (m, v) an index's moments: what a probit of the index itself
/// comes to when the index is known as far as a normal law with these moments.
/// </summary>
internal static class IndexProbit
{
    private const double SlopeBound = 3.0;
    private const int Iterations = 50;

    /// <summary>Fits slope and intercept.</summary>
    public static IndexFit Fit(ColumnMask mask, RowIndex index)
    {
        var (beta, a) = (0.0, StandardNormal.Quantile(mask.Share));
        var state = Evaluate(mask, index, beta, a);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            var (dBeta, dA) = state.Step();
            var size = Math.Min(1.0, 0.5 / Math.Max(Math.Abs(dBeta), Math.Abs(dA)));
            beta = Math.Clamp(beta + size * dBeta, -SlopeBound, SlopeBound);
            a += size * dA;
            state = Evaluate(mask, index, beta, a);
            if (Math.Max(Math.Abs(dBeta), Math.Abs(dA)) < 1e-5) break;
        }

        return new IndexFit(beta, Math.Sqrt(state.SlopeVariance), state.LogLikelihood - mask.ConstantLogLikelihood);
    }

    // Score and expected information in (beta, a): with D = sqrt(1 + beta^2 v), q = (beta m + a) / D,
    // dq/dbeta = m / D - q beta v / D^2, dq/da = 1 / D; residual phi/Phi(q) where observed, -phi/Phi(-q) where missing, weight their product.
    private static Information Evaluate(ColumnMask mask, RowIndex index, double beta, double a)
    {
        var one = Vector<double>.One;
        Vector<double> scoreBeta = default, scoreA = default, bb = default, ab = default, aa = default, value = default;
        for (var i = 0; i < mask.Observed.Length; i += Vector<double>.Count)
        {
            var (m, v, r) = (new Vector<double>(index.Mean, i), new Vector<double>(index.Variance, i), new Vector<double>(mask.Observed, i));
            var inverse = one / Vector.SquareRoot(one + v * (beta * beta));
            var q = (m * beta + new Vector<double>(a)) * inverse;
            StandardNormal.LogCdfAndMills(q, out var logObserved, out var observed);
            StandardNormal.LogCdfAndMills(-q, out var logMissing, out var missing);
            var dBeta = m * inverse - q * beta * v * inverse * inverse;
            var lanes = new Vector<double>(mask.Weight, i);
            var residual = lanes * (r * observed - (one - r) * missing);
            var weight = lanes * observed * missing;
            value += lanes * (r * logObserved + (one - r) * logMissing);
            scoreBeta += residual * dBeta;
            scoreA += residual * inverse;
            bb += weight * dBeta * dBeta;
            ab += weight * dBeta * inverse;
            aa += weight * inverse * inverse;
        }

        return new Information(
            Vector.Sum(value), Vector.Sum(scoreBeta), Vector.Sum(scoreA), Vector.Sum(bb) + 1e-6, Vector.Sum(ab), Vector.Sum(aa) + 1e-6);
    }

    private readonly record struct Information(double LogLikelihood, double ScoreBeta, double ScoreA, double Bb, double Ab, double Aa)
    {
        private double Determinant => Bb * Aa - Ab * Ab;

        public double SlopeVariance => Aa / Determinant;

        public (double Beta, double A) Step() =>
            ((Aa * ScoreBeta - Ab * ScoreA) / Determinant, (Bb * ScoreA - Ab * ScoreBeta) / Determinant);
    }
}
