namespace MissBgm.Trainer.Simulation;

/// <summary>
/// PFN-Flow's MNAR_logistic_M2M (Liang et al., Appendix B.2, Eq. 12): some input columns lose cells completely at random; the other columns lose theirs by a
/// logistic model of the inputs' hidden values and of which inputs are hidden, so that missingness propagates. The paper writes M = 1 for missing.
/// </summary>
/// <remarks>
/// The paper leaves the law of w and v open. Here they are standard normal, and each target column's score is scaled to unit standard deviation before its
/// intercept is calibrated, as in the logistic masks of Muzellec et al. (2020), which the paper builds on.
/// </remarks>
public static class LogisticM2MMask
{
    /// <summary>Draws which cells are observed; every row and every column keeps at least one.</summary>
    /// <param name="standardised">The table, standardised by column, [n, d].</param>
    /// <param name="missingRate">p: the target missing rate, in (0, 1); the paper's is 0.3.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>1 where a cell is observed, 0 where it is hidden, [n, d].</returns>
    public static Matrix<byte> Draw(Matrix<float> standardised, double missingRate, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(standardised);
        var (n, d) = (standardised.Rows, standardised.Columns);
        var random = new NumpyGenerator(seed);
        var order = Permutation(d, random);
        var inputs = order[..Math.Max((int)((missingRate <= 0.3 ? 0.3 : 0.1) * d), 1)];
        var observed = new Matrix<byte>(n, d);
        Array.Fill(observed.Values, (byte)1);
        foreach (var s in inputs)
        {
            for (var i = 0; i < n; i++) observed[i, s] = random.Uniform() < missingRate ? (byte)0 : (byte)1;
        }

        foreach (var j in order[inputs.Length..]) DrawTarget(standardised, observed, inputs, j, missingRate, random);
        SparseMaskRepair.KeepOneInEveryRowAndColumn(observed, random);
        return observed;
    }

    // P(M_ij = 1) = sig((x_S * M_S)' w_j + (1 - M_S)' v_j + b_j), Eq. 12, with M = 1 - observed.
    private static void DrawTarget(Matrix<float> x, Matrix<byte> observed, int[] inputs, int j, double missingRate, NumpyGenerator random)
    {
        var w = Array.ConvertAll(inputs, _ => random.StandardNormal());
        var v = Array.ConvertAll(inputs, _ => random.StandardNormal());
        var scores = new double[x.Rows];
        for (var i = 0; i < scores.Length; i++)
        {
            for (var k = 0; k < inputs.Length; k++) scores[i] += observed[i, inputs[k]] == 0 ? x[i, inputs[k]] * w[k] : v[k];
        }

        ScaleToUnitDeviation(scores);
        var intercept = LogisticIntercept.ForMeanProbability(scores, missingRate);
        for (var i = 0; i < scores.Length; i++) observed[i, j] = (byte)(1 - random.Bernoulli(LogisticIntercept.Sigmoid(scores[i] + intercept)));
    }

    private static void ScaleToUnitDeviation(double[] scores)
    {
        var mean = scores.Average();
        var deviation = Math.Sqrt(scores.Average(s => (s - mean) * (s - mean)));
        if (deviation == 0) return;
        for (var i = 0; i < scores.Length; i++) scores[i] /= deviation;
    }

    // Fisher and Yates.
    private static int[] Permutation(int count, NumpyGenerator random)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = random.Integer(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
