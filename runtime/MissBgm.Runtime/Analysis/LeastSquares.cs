using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace MissBgm.Runtime.Analysis;

/// <summary>A weighted least-squares fit by Householder reflections.</summary>
/// <param name="Coefficients">[terms]; NaN where a column is a combination of those before it.</param>
/// <param name="UnscaledVariances">Diagonal of the inverse of X'WX, [terms]; NaN likewise.</param>
/// <param name="Rank">Coefficients that are determined.</param>
internal sealed record LeastSquares(double[] Coefficients, double[] UnscaledVariances, int Rank)
{
    /// <summary>
    /// Fits; a column is left out as R's <c>dqrdc2</c> leaves it out: where what earlier ones do not explain of it is shorter than a share
    /// of its length.
    /// </summary>
    /// <param name="columns">[terms][rows].</param>
    /// <param name="response">[rows].</param>
    /// <param name="roots">Square roots of the weights, [rows].</param>
    /// <param name="tolerance">The share: 1e-7 in R's <c>lm</c>, 1e-11 in its <c>glm</c>.</param>
    internal static LeastSquares Fit(IReadOnlyList<double[]> columns, double[] response, double[] roots, double tolerance)
    {
        var scaled = columns.Select(column => Multiply(column, roots)).ToArray();
        var kept = Enumerable.Range(0, columns.Count).Where(j => Length(scaled[j]) > 0).ToList();
        var (coefficients, variances) = (Enumerable.Repeat(double.NaN, columns.Count).ToArray(), Enumerable.Repeat(double.NaN, columns.Count).ToArray());
        if (kept.Count == 0) return new LeastSquares(coefficients, variances, 0);
        QR<double> factors;
        while (true)
        {
            // There are no more independent columns than rows.
            int[] tried = [.. kept.Take(response.Length)];
            factors = Matrix<double>.Build.DenseOfColumnArrays(tried.Select(j => scaled[j])).QR(QRMethod.Thin);
            var dependent = Enumerable.Range(0, tried.Length).FirstOrDefault(i => Math.Abs(factors.R[i, i]) < tolerance * Length(scaled[tried[i]]), -1);
            if (dependent >= 0) kept.RemoveAt(dependent);
            else if (tried.Length < kept.Count) kept = [.. tried];
            else break;
        }

        var solution = factors.R.Solve(factors.Q.TransposeThisAndMultiply(Vector<double>.Build.Dense(Multiply(response, roots))));
        var inverse = factors.R.Inverse();
        for (var i = 0; i < kept.Count; i++)
        {
            coefficients[kept[i]] = solution[i];
            variances[kept[i]] = inverse.Row(i).DotProduct(inverse.Row(i));
        }

        return new LeastSquares(coefficients, variances, kept.Count);
    }

    /// <summary>The fitted values, [rows].</summary>
    internal double[] Fitted(IReadOnlyList<double[]> columns)
    {
        var fitted = new double[columns[0].Length];
        for (var j = 0; j < columns.Count; j++)
        {
            if (double.IsNaN(Coefficients[j])) continue;
            for (var i = 0; i < fitted.Length; i++) fitted[i] += Coefficients[j] * columns[j][i];
        }

        return fitted;
    }

    private static double Length(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private static double[] Multiply(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a * b)];
}
