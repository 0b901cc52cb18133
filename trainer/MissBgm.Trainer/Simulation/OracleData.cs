namespace MissBgm.Trainer.Simulation;

/// <summary>A draw of the oracle benchmark and what is known of it.</summary>
/// <param name="Complete">All values, [n, p].</param>
/// <param name="Observed">1 where a cell is observed, 0 where it is hidden, [n, p].</param>
/// <param name="Mean">mu: conditional mean of the targets given the anchors, [n, p - anchors].</param>
/// <param name="Sigma">Conditional standard deviation of the targets, [p - anchors].</param>
/// <param name="Posterior">Law of a hidden cell's (x - mu) / sigma.</param>
public sealed record OracleData(Matrix<float> Complete, Matrix<byte> Observed, Matrix<float> Mean, float[] Sigma, TruncatedNormal Posterior)
{
    /// <summary>The oracle's posterior of every hidden cell, in row-major order (MissBGM Eq. 65 and 66).</summary>
    /// <param name="alpha">The interval covers 1 - alpha.</param>
    public IEnumerable<OracleCell> Cells(double alpha = 0.05)
    {
        var (mean, sd) = (Posterior.Mean, Posterior.StandardDeviation);
        var (lower, upper) = (Posterior.Quantile(alpha / 2), Posterior.Quantile(1 - alpha / 2));
        var anchors = Complete.Columns - Mean.Columns;
        for (var i = 0; i < Complete.Rows; i++)
        {
            for (var j = anchors; j < Complete.Columns; j++)
            {
                if (Observed[i, j] == 1) continue;
                double mu = Mean[i, j - anchors], sigma = Sigma[j - anchors];
                yield return new OracleCell(i, j, mu + sigma * mean, sigma * sd, mu + sigma * lower, mu + sigma * upper);
            }
        }
    }
}

/// <summary>The oracle's posterior of a hidden cell.</summary>
/// <param name="Row">0-based row.</param>
/// <param name="Column">0-based column.</param>
/// <param name="Mean">Posterior mean: the best possible point imputation.</param>
/// <param name="StandardDeviation">Posterior standard deviation.</param>
/// <param name="Lower">Lower end of the interval.</param>
/// <param name="Upper">Upper end of the interval.</param>
public readonly record struct OracleCell(int Row, int Column, double Mean, double StandardDeviation, double Lower, double Upper);
