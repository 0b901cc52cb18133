using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Masks;

/// <summary>
/// Columns that all masks of a table may follow: values missing at random because of one column are missing because of the same column in
/// all others more often than not, and which one it is has to be learnt but once.
/// </summary>
internal static class CommonAnchors
{
    private const int Most = 4;

    /// <summary>The columns whose squared correlations with the masks, summed over the other columns, are largest.</summary>
    /// <param name="data">The table.</param>
    /// <param name="model">A factor model with the posterior of its rows, which fills what is missing.</param>
    /// <param name="masked">The columns with masks.</param>
    public static int[] Pick(MaskedMatrix data, FactorModel model, int[] masked)
    {
        var (n, p) = (data.Rows, data.Columns);
        var completed = GeneratorTrials.Complete(data, model);
        double[] Standard(Func<int, double> value)
        {
            var values = Enumerable.Range(0, n).Select(value).ToArray();
            var mean = values.Average();
            var scale = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) + 1e-9);
            return Array.ConvertAll(values, v => (v - mean) / scale);
        }

        var masks = Array.ConvertAll(masked, j => Standard(i => data.Observed[i * data.Stride + j]));
        double Agreement(int k)
        {
            var column = Standard(i => completed[i * p + k]);
            return masks.Where((_, m) => masked[m] != k).Sum(mask => Math.Pow(Product(mask, column), 2));
        }

        return [.. Enumerable.Range(0, p).OrderByDescending(Agreement).Take(Most)];

        static double Product(double[] a, double[] b)
        {
            var sum = 0.0;
            for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
            return sum;
        }
    }
}
