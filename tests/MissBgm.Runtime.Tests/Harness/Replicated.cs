using MissBgm.Runtime.Imputation;

namespace MissBgm.Runtime.Tests.Harness;

/// <summary>
/// Statistics of cells that are independent replicates of one another: their spread gives the Monte Carlo error of their average.
/// </summary>
internal static class Replicated
{
    /// <summary>Asserts that an average lies within 4.5 of its standard errors of the exact value.</summary>
    internal static void AssertAverage(double expected, IEnumerable<ImputedCell> cells, Func<ImputedCell, double> statistic)
    {
        var values = cells.Select(statistic).ToArray();
        var average = values.Average();
        var error = Math.Sqrt(values.Sum(v => (v - average) * (v - average)) / (values.Length - 1) / values.Length);
        Assert.InRange((average - expected) / error, -4.5, 4.5);
    }
}
