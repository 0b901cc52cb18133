using System.Numerics;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Evidence;

/// <summary>A column's self-masking slope: P(observed) = Phi(alpha x + a).</summary>
/// <param name="Slope">alpha, per standard deviation of the column.</param>
/// <param name="StandardError">Its standard error; infinite for a column with nothing missing.</param>
internal readonly record struct ColumnSlope(double Slope, double StandardError);

/// <summary>
/// How the chance of being observed moves with a column's own value, by probit regression of the mask on what the *other* cells of the row
/// predict for it: P(r = 1) = Phi((alpha mu + a) / sqrt(1 + alpha^2 s^2)) with (mu, s^2) the leave-one-out predictive moments of the factor
/// model. Needs no assumption on the residuals' shape, only that the others predict the column somewhat.
/// </summary>
internal static class SelfSlope
{
    private const double SlopeBound = 3.0;
    private const int Iterations = 50;

    /// <summary>Every column's slope; 0 with an infinite error where nothing is missing or the column is not allowed one.</summary>
    public static ColumnSlope[] Fit(MaskedMatrix data, FactorModel model, Func<int, bool> allowed, int threads)
    {
        var counts = data.ObservedCounts();
        var slopes = new ColumnSlope[data.Columns];
        RowBlocks.Run(data.Columns, 1, threads, () => new Predictive(data.Rows), (scratch, column, _, _) =>
        {
            if (counts[column] == data.Rows || !allowed(column))
            {
                slopes[column] = new ColumnSlope(0.0, double.PositiveInfinity);
                return;
            }

            scratch.Fill(data, model, column);
            slopes[column] = FisherScoring(scratch, StandardNormal.Quantile(Math.Clamp(counts[column] / (double)data.Rows, 1e-3, 1.0 - 1e-3)));
        });
        return slopes;
    }

    private static ColumnSlope FisherScoring(Predictive rows, double start)
    {
        var (alpha, a) = (0.0, start);
        var information = default(Information);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            information = Evaluate(rows, alpha, a);
            var (da, db) = information.Step();
            var size = Math.Min(1.0, 0.5 / Math.Max(Math.Abs(da), Math.Abs(db)));
            alpha = Math.Clamp(alpha + size * da, -SlopeBound, SlopeBound);
            a += size * db;
            if (Math.Max(Math.Abs(da), Math.Abs(db)) < 1e-6) break;
        }

        return new ColumnSlope(alpha, Math.Sqrt(information.SlopeVariance));
    }

    // Score and expected information in (alpha, a): with D = sqrt(1 + alpha^2 s^2), q = (alpha mu + a) / D,
    // dq/dalpha = mu / D - q alpha s^2 / D^2, dq/da = 1 / D; residual phi/Phi(q) where observed, -phi/Phi(-q) where missing, weight their product.
    private static Information Evaluate(Predictive rows, double alpha, double a)
    {
        var one = Vector<double>.One;
        Vector<double> scoreAlpha = default, scoreA = default, aa = default, ab = default, bb = default;
        for (var i = 0; i < rows.Mean.Length; i += Vector<double>.Count)
        {
            var (mu, variance, r) = (new Vector<double>(rows.Mean, i), new Vector<double>(rows.Variance, i), new Vector<double>(rows.Observed, i));
            var inverse = one / Vector.SquareRoot(one + variance * (alpha * alpha));
            var q = (mu * alpha + new Vector<double>(a)) * inverse;
            StandardNormal.LogCdfAndMills(q, out _, out var observed);
            StandardNormal.LogCdfAndMills(-q, out _, out var missing);
            var dAlpha = mu * inverse - q * alpha * variance * inverse * inverse;
            var lanes = new Vector<double>(rows.Weight, i);
            var residual = lanes * (r * observed - (one - r) * missing);
            var weight = lanes * observed * missing;
            scoreAlpha += residual * dAlpha;
            scoreA += residual * inverse;
            aa += weight * dAlpha * dAlpha;
            ab += weight * dAlpha * inverse;
            bb += weight * inverse * inverse;
        }

        return new Information(
            Vector.Sum(scoreAlpha), Vector.Sum(scoreA), Vector.Sum(aa) + 1e-6, Vector.Sum(ab), Vector.Sum(bb) + 1e-6);
    }

    private readonly record struct Information(double ScoreAlpha, double ScoreA, double Aa, double Ab, double Bb)
    {
        private double Determinant => Aa * Bb - Ab * Ab;

        public double SlopeVariance => Bb / Determinant;

        public (double Alpha, double A) Step() =>
            ((Bb * ScoreAlpha - Ab * ScoreA) / Determinant, (Aa * ScoreA - Ab * ScoreAlpha) / Determinant);
    }

    /// <summary>Leave-one-out predictive moments of one column, in every row, padded to whole vectors.</summary>
    private sealed class Predictive(int rows)
    {
        public readonly double[] Mean = new double[MaskedMatrix.PaddedWidth(rows)];
        public readonly double[] Variance = new double[MaskedMatrix.PaddedWidth(rows)];
        public readonly double[] Observed = new double[MaskedMatrix.PaddedWidth(rows)];
        public readonly double[] Weight = new double[MaskedMatrix.PaddedWidth(rows)];

        // Observed cell: x - (x - yhat) / (1 - H), variance v / (1 - H), H = w' V w / v. Missing cell: yhat, v + w' V w.
        public void Fill(MaskedMatrix data, FactorModel model, int column)
        {
            var (d, stride) = (model.Dimension, model.Stride);
            Span<double> w = stackalloc double[d];
            for (var k = 0; k < d; k++) w[k] = model.Loadings[k * stride + column];
            var v = model.Variance[column];
            for (var row = 0; row < data.Rows; row++)
            {
                var prediction = model.Intercept[column];
                var spread = 0.0;
                for (var k = 0; k < d; k++)
                {
                    prediction += w[k] * model.LatentMean[row * d + k];
                    for (var l = 0; l < d; l++) spread += w[k] * w[l] * model.LatentCovariance[(row * d + k) * d + l];
                }

                var leverage = Math.Clamp(spread / v, 0.0, 1.0 - 1e-6);
                var x = data.Values[row * stride + column];
                Observed[row] = data.Observed[row * stride + column];
                Weight[row] = 1.0;
                (Mean[row], Variance[row]) = Observed[row] == 1.0
                    ? (x - (x - prediction) / (1.0 - leverage), v / (1.0 - leverage))
                    : (prediction, v + spread);
            }
        }
    }
}
