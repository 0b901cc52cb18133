using MathNet.Numerics.LinearAlgebra;

namespace MissBgm.Trainer.Collapsed.Factors;

/// <summary>Principal components of a table: eigenvectors of its columns' second moments, each as long as the deviation along it, times a factor.</summary>
internal static class PrincipalComponents
{
    // A decomposition's cost grows with the cube of the size of its matrix: of wide tables rows take the columns' place, of many rows these.
    private const int MostDecomposed = 400;

    /// <summary>The first components, largest first, [d][p]; fewer where there are not so many.</summary>
    /// <param name="rows">n.</param>
    /// <param name="p">Columns.</param>
    /// <param name="d">How many.</param>
    /// <param name="factor">The factor.</param>
    /// <param name="centred">A row, its columns' means taken off.</param>
    public static double[][] Of(int rows, int p, int d, double factor, Func<int, double[]> centred) =>
        p > Math.Min(rows, MostDecomposed) ? OfRows(rows, p, d, factor, centred) : OfColumns(rows, p, d, factor, centred);

    // From the products of columns.
    internal static double[][] OfColumns(int rows, int p, int d, double factor, Func<int, double[]> centred)
    {
        var second = Matrix<double>.Build.Dense(p, p);
        for (var row = 0; row < rows; row++)
        {
            var x = centred(row);
            for (var j = 0; j < p; j++)
            {
                if (x[j] == 0.0) continue;
                for (var k = 0; k <= j; k++) second[j, k] += x[j] * x[k];
            }
        }

        for (var j = 0; j < p; j++)
        {
            for (var k = 0; k < j; k++) second[k, j] = second[j, k];
        }

        var spectrum = (second / rows).Evd(Symmetricity.Symmetric);
        return [.. Enumerable.Range(p - Math.Min(d, p), Math.Min(d, p)).Reverse().Select(k =>
        {
            var scale = factor * Math.Sqrt(Math.Max(0.0, spectrum.EigenValues[k].Real));
            return Enumerable.Range(0, p).Select(j => spectrum.EigenVectors[j, k] * scale).ToArray();
        })];
    }

    // From the products of rows: with X X' u = n lambda u, X'u is the component times sqrt(n).
    internal static double[][] OfRows(int rows, int p, int d, double factor, Func<int, double[]> centred)
    {
        var n = Math.Min(rows, MostDecomposed);
        var chosen = Enumerable.Range(0, n).Select(i => centred((int)((long)i * rows / n))).ToArray();
        var products = Matrix<double>.Build.Dense(n, n, (i, k) => i < k ? 0.0 : Product(chosen[i], chosen[k]));
        var spectrum = (products + products.StrictlyLowerTriangle().Transpose()).Evd(Symmetricity.Symmetric);
        return [.. Enumerable.Range(n - Math.Min(d, n), Math.Min(d, n)).Reverse().Select(k =>
        {
            var component = new double[p];
            for (var i = 0; i < n; i++)
            {
                var share = factor * spectrum.EigenVectors[i, k] / Math.Sqrt(n);
                for (var j = 0; j < p; j++) component[j] += share * chosen[i][j];
            }

            return component;
        })];

        static double Product(double[] a, double[] b)
        {
            var sum = 0.0;
            for (var j = 0; j < a.Length; j++) sum += a[j] * b[j];
            return sum;
        }
    }
}
