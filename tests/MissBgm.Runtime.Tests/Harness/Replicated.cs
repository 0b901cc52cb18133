using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Harness;

/// <summary>
/// Rows of a few patterns over and over: each has random numbers of its own, so that their cells are independent replicates of one another,
/// whose spread gives the Monte Carlo error of their average.
/// </summary>
internal static class Replicated
{
    /// <summary>A table of the patterns in turn, columns a, b, c, ...</summary>
    /// <param name="patterns">Rows; NaN where a cell is missing.</param>
    /// <param name="times">How often each stands in the table.</param>
    internal static Table Rows(double[][] patterns, int times)
    {
        var values = new double[patterns.Length * times, patterns[0].Length];
        for (var row = 0; row < values.GetLength(0); row++)
        {
            for (var c = 0; c < patterns[0].Length; c++) values[row, c] = patterns[row % patterns.Length][c];
        }

        return Table.FromNumbers([.. patterns[0].Select((_, c) => $"{(char)('a' + c)}")], values);
    }

    /// <summary>Asserts that an average lies within some of its standard errors of the exact value.</summary>
    /// <param name="expected">The exact value.</param>
    /// <param name="cells">The replicates.</param>
    /// <param name="statistic">What is averaged.</param>
    /// <param name="errors">How many standard errors.</param>
    /// <param name="slack">What the exact value is known to.</param>
    internal static void AssertAverage(
        double expected, IEnumerable<ImputedCell> cells, Func<ImputedCell, double> statistic, double errors = 4.5, double slack = 0) =>
        AssertAverage(expected, [.. cells.Select(statistic)], errors, slack);

    /// <summary>Asserts that the average of independent values is near an exact value.</summary>
    /// <param name="expected">The exact value.</param>
    /// <param name="values">One of each replicate.</param>
    /// <param name="errors">How many standard errors.</param>
    /// <param name="slack">What the exact value is known to.</param>
    internal static void AssertAverage(double expected, double[] values, double errors = 4.5, double slack = 0)
    {
        var average = values.Average();
        var error = Math.Sqrt(values.Sum(v => (v - average) * (v - average)) / (values.Length - 1) / values.Length);
        Assert.InRange(average - expected, -errors * error - slack, errors * error + slack);
    }
}
