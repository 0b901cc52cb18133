namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// The probabilities of more classes than the network has, from passes that each merged the classes into groups: those under which the groups' probabilities
/// are likeliest, all passes together (Hastie and Tibshirani couple pairs of classes so: Annals of Statistics 26, 1998; here whole groups, by EM). Where
/// the passes agree these are exact, while the product of a class's groups would count its groups' other classes with it.
/// </summary>
internal static class ClassDecoding
{
    private const int Iterations = 100;
    private const double Tolerance = 1e-5;

    /// <summary>Decodes.</summary>
    /// <param name="passes">The probability of each class's group, by pass, [passes][rows, classes].</param>
    /// <param name="groups">The group of each class, by pass, [passes][classes].</param>
    /// <param name="rows">Rows.</param>
    /// <returns>[rows, classes].</returns>
    public static double[] Run(float[][] passes, int[][] groups, int rows)
    {
        var classes = groups[0].Length;
        var decoded = new double[rows * classes];
        Array.Fill(decoded, 1.0 / classes);
        var (sums, next) = (new double[classes], new double[classes]);
        for (var row = 0; row < rows; row++)
        {
            var own = decoded.AsSpan(row * classes, classes);
            for (var iteration = 0; iteration < Iterations; iteration++)
            {
                if (Improve(own, passes, groups, row * classes, sums, next) < Tolerance) break;
            }
        }

        return decoded;
    }

    // Every class takes its share of the probability of each of its groups. Returns the largest change.
    private static double Improve(Span<double> own, float[][] passes, int[][] groups, int first, double[] sums, double[] next)
    {
        Array.Clear(next);
        for (var pass = 0; pass < passes.Length; pass++)
        {
            Array.Clear(sums);
            for (var k = 0; k < own.Length; k++) sums[groups[pass][k]] += own[k];
            for (var k = 0; k < own.Length; k++) next[k] += passes[pass][first + k] * own[k] / Math.Max(sums[groups[pass][k]], double.Epsilon);
        }

        var (total, change) = (next.Sum(), 0.0);
        for (var k = 0; k < own.Length; k++)
        {
            change = Math.Max(change, Math.Abs(next[k] / total - own[k]));
            own[k] = next[k] / total;
        }

        return change;
    }
}
