using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Report.Findings;

/// <summary>What a column holds, observed and imputed.</summary>
internal sealed record ColumnFinding
{
    /// <summary>The table's column.</summary>
    public required int Index { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What the model knows of it; null if it takes no part.</summary>
    public ColumnSchema? Schema { get; init; }

    /// <summary>Observed cells.</summary>
    public required int Observed { get; init; }

    /// <summary>Missing cells.</summary>
    public required int Missing { get; init; }

    /// <summary>Missing cells that are imputed, as indices into the imputed cells.</summary>
    public required int[] Cells { get; init; }

    /// <summary>The observed values of a modelled column; a level's number in a discrete one.</summary>
    public required double[] Values { get; init; }

    /// <summary>Mean of the observed numbers.</summary>
    public double ObservedMean => Schema is { IsDiscrete: false } && Values.Length > 0 ? Values.Average() : double.NaN;

    /// <summary>Their standard deviation (n - 1).</summary>
    public double ObservedSd
    {
        get
        {
            if (Schema is not { IsDiscrete: false } || Values.Length < 2) return double.NaN;
            var mean = ObservedMean;
            return Math.Sqrt(Values.Sum(x => (x - mean) * (x - mean)) / (Values.Length - 1));
        }
    }

    /// <summary>Mean of the imputed cells' posterior means.</summary>
    public required double ImputedMean { get; init; }

    /// <summary>
    /// Standard deviation of what was drawn for the imputed cells: the square root of the mean of their posterior variances plus the
    /// variance of their posterior means.
    /// </summary>
    public required double ImputedSd { get; init; }

    /// <summary>
    /// How far the imputed cells' mean lies from the observed, in the observed standard deviations; of levels, half the sum of the
    /// differences of their shares. NaN where there is nothing to compare.
    /// </summary>
    public required double Shift { get; init; }

    /// <summary>Mean probability of each level over the imputed cells; null for numbers.</summary>
    public IReadOnlyList<double>? ImputedShares { get; init; }

    /// <summary>Share of each level among observed cells; null for numbers.</summary>
    public IReadOnlyList<double>? ObservedShares => Schema is not { IsDiscrete: true } ? null :
    [
        .. Enumerable.Range(0, Schema.Levels!.Count)
            .Select(level => Values.Length == 0 ? double.NaN : Values.Count(v => v == level) / (double)Values.Length),
    ];

    /// <summary>Looks at a column.</summary>
    internal static ColumnFinding Of(ImputedTable imputed, int column, int[] cells)
    {
        var (table, schema) = (imputed.Source, imputed.Schema[column]);
        var rows = Enumerable.Range(imputed.FirstRow, imputed.EndRow - imputed.FirstRow).ToArray();
        var missing = rows.Count(row => table.IsMissing(row, column));
        double[] values = schema is null
            ? []
            :
            [
                .. rows.Where(row => !table.IsMissing(row, column)).Select(row => imputed.Value(row, column))
                    .Where(value => !double.IsNaN(value)),
            ];
        var drawn = cells.Select(cell => imputed.Cells[cell]).ToArray();
        var finding = new ColumnFinding
        {
            Index = column,
            Name = table.Header[column],
            Schema = schema,
            Observed = rows.Length - missing,
            Missing = missing,
            Cells = cells,
            Values = values,
            ImputedMean = double.NaN,
            ImputedSd = double.NaN,
            Shift = double.NaN,
        };
        if (drawn.Length == 0) return finding;
        if (schema!.IsDiscrete)
        {
            if (Array.Exists(drawn, cell => cell.Probabilities is null)) return finding;
            double[] shares = [.. schema.Levels!.Select((_, level) => drawn.Average(cell => cell.Probabilities![level]))];
            finding = finding with { ImputedShares = shares };
            return finding with { Shift = finding.ObservedShares!.Zip(shares, (a, b) => Math.Abs(a - b)).Sum() / 2 };
        }

        var mean = drawn.Average(cell => cell.Mean);
        var sd = Math.Sqrt(drawn.Average(cell => cell.Sd * cell.Sd + (cell.Mean - mean) * (cell.Mean - mean)));
        return finding with
        {
            ImputedMean = mean,
            ImputedSd = sd,
            Shift = finding.ObservedSd > 0 ? Math.Abs(mean - finding.ObservedMean) / finding.ObservedSd : double.NaN,
        };
    }
}
