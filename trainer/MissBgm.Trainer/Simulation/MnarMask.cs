namespace MissBgm.Trainer.Simulation;

/// <summary>
/// MissBGM's not-at-random mask for a complete table (Appendix C.2, Eq. 67): a cell's chance to be observed is a logistic function of its own value and
/// of a nonlinear summary of its row. The benchmark's published masks come from this code at seed 123.
/// </summary>
public static class MnarMask
{
    /// <summary>Draws which cells are observed.</summary>
    /// <param name="standardised">The table, standardised by column, [n, p].</param>
    /// <param name="missingRate">The share of cells to hide, in (0, 1).</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>1 where a cell is observed, 0 where it is hidden, [n, p].</returns>
    public static Matrix<byte> Draw(Matrix<float> standardised, double missingRate, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(standardised);
        var (n, p) = (standardised.Rows, standardised.Columns);
        var random = new NumpyGenerator(seed);

        // W: [p, p], N(0, 0.3^2 / p).
        var coupling = new Matrix<float>(p, p);
        for (var i = 0; i < p * p; i++) coupling.Values[i] = (float)(0.3 * random.StandardNormal()) / (float)Math.Sqrt(p);

        // s = 0.6 x + 0.4 tanh(x W): [n, p].
        var signal = Float32Product.Multiply(standardised, coupling);
        var scores = new double[n * p];
        for (var i = 0; i < scores.Length; i++) scores[i] = 0.6f * standardised.Values[i] + 0.4f * (float)Math.Tanh(signal.Values[i]);

        var intercept = (float)LogisticIntercept.ForMeanProbability(scores, 1 - missingRate);
        var observed = new Matrix<byte>(n, p);
        for (var i = 0; i < scores.Length; i++)
        {
            var probability = (float)LogisticIntercept.Sigmoid((float)scores[i] + intercept);
            observed.Values[i] = (byte)random.Bernoulli(probability);
        }

        SparseMaskRepair.KeepOneInEveryRowAndColumn(observed, random);
        return observed;
    }
}
