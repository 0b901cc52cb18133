using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Sensitivity;

/// <summary>What is computed of a column.</summary>
public enum StatisticKind
{
    /// <summary>The mean.</summary>
    Mean,

    /// <summary>The standard deviation (n - 1).</summary>
    Sd,

    /// <summary>The median.</summary>
    Median,

    /// <summary>The quantile of a given probability.</summary>
    Quantile,

    /// <summary>The share of values above a given number.</summary>
    Share,
}

/// <summary>A statistic of one column of a completed table, of all rows or of those in which another column has a given value.</summary>
/// <param name="Kind">What is computed.</param>
/// <param name="Column">The column's name.</param>
/// <param name="Argument">The probability of a quantile, the number of a share.</param>
/// <param name="Group">Name of the column that picks the rows; null for all.</param>
/// <param name="Level">The text it must have there.</param>
public sealed record StatisticTerm(StatisticKind Kind, string Column, double Argument, string? Group, string? Level)
{
    /// <summary>
    /// The estimate, and each row's influence on it (0 for rows that do not count; null where none is known): the squared standard error is
    /// the influences' sum of squares.
    /// </summary>
    /// <param name="source">The incomplete table, whose observed cells pick the rows; a missing cell picks none.</param>
    /// <param name="values">The column's completed values, [rows].</param>
    internal (double Estimate, double[]? Influence) Evaluate(Table source, double[] values)
    {
        var group = Group is null ? -1 : source.Header.ToList().IndexOf(Group);
        var rows = Enumerable.Range(0, source.Rows)
            .Where(row => group < 0 || (!source.IsMissing(row, group) && source.Text(row, group).Trim() == Level)).ToArray();
        if (rows.Length == 0)
        {
            throw new UserInputException(
                $"{source.Source}: no row has '{Level}' in column '{Group}', so {this} cannot be computed; name a value that occurs.");
        }
        var picked = Array.ConvertAll(rows, row => values[row]);
        var mean = picked.Average();
        var variance = picked.Sum(v => (v - mean) * (v - mean)) / Math.Max(1, picked.Length - 1);
        switch (Kind)
        {
            case StatisticKind.Mean:
                return (mean, Spread(v => v - mean));
            case StatisticKind.Share:
                var share = picked.Average(v => v > Argument ? 1.0 : 0.0);
                return (share, Spread(v => (v > Argument ? 1 : 0) - share));
            case StatisticKind.Sd:
                var sd = Math.Sqrt(variance);
                return (sd, sd > 0 ? Spread(v => ((v - mean) * (v - mean) - variance) / (2 * sd)) : null);
            default:
                Array.Sort(picked);
                return (Quantile.OfSorted<double>(picked, Kind == StatisticKind.Median ? 0.5 : Argument), null);
        }

        double[] Spread(Func<double, double> influence)
        {
            var spread = new double[source.Rows];
            foreach (var row in rows) spread[row] = influence(values[row]) / Math.Sqrt(rows.Length * Math.Max(1.0, rows.Length - 1));
            return spread;
        }
    }

    /// <inheritdoc />
    public override string ToString()
    {
        var argument = Kind is StatisticKind.Quantile or StatisticKind.Share ? $", {Argument}" : "";
        return $"{Kind.ToString().ToLowerInvariant()}({Column}{argument}{(Group is null ? "" : $" | {Group} = {Level}")})";
    }
}
