using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>What draws say of a missing cell.</summary>
internal static class FlowCell
{
    /// <summary>Moments and interval of numbers; the shares of the levels, and an interval where they have an order.</summary>
    /// <param name="row">The table's row.</param>
    /// <param name="column">The table's column.</param>
    /// <param name="schema">What the column's values are.</param>
    /// <param name="draws">Values of the column; left in ascending order.</param>
    /// <param name="alpha">The interval covers 1 - alpha.</param>
    public static ImputedCell Describe(int row, int column, ColumnSchema schema, double[] draws, double alpha)
    {
        var cell = new ImputedCell(row, column, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        if (schema.IsDiscrete) cell = cell with { Probabilities = Shares(draws, schema.Levels!.Count) };
        else cell = cell with { Mean = draws.Average(), Sd = Deviation(draws) };
        if (schema.Type is ColumnType.Binary or ColumnType.Categorical) return cell;
        Array.Sort(draws);
        return cell with { Lower = schema.Nearest(Quantile.OfSorted(draws, alpha / 2)), Upper = schema.Nearest(Quantile.OfSorted(draws, 1 - alpha / 2)) };
    }

    private static double[] Shares(double[] draws, int levels)
    {
        var counts = new double[levels];
        foreach (var draw in draws) counts[(int)draw]++;
        return Array.ConvertAll(counts, count => count / draws.Length);
    }

    private static double Deviation(double[] draws)
    {
        var mean = draws.Average();
        return draws.Length == 1 ? double.NaN : Math.Sqrt(draws.Sum(x => (x - mean) * (x - mean)) / (draws.Length - 1));
    }
}
