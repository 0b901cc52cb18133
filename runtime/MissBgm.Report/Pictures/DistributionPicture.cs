using MissBgm.Report.Charts;
using MissBgm.Report.Findings;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Tables;
using OxyPlot.Axes;

namespace MissBgm.Report.Pictures;

/// <summary>What a column's observed cells hold beside what was drawn for its missing ones, with an interval over the completed tables.</summary>
public static class DistributionPicture
{
    private const double Width = 340, Height = 200;
    private const int MostLevels = 12;
    private const int MostColumns = 12;

    // A value that more than this share of a column's cells have makes a density that is no curve.
    private const double Repeated = 0.05;

    /// <summary>Draws columns.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="names">The columns' names; the first with imputed cells if null.</param>
    /// <exception cref="Runtime.UserInputException">There is no such column, or it has no imputed cell.</exception>
    public static IReadOnlyList<Chart> DrawAll(ImputationFindings findings, IReadOnlyList<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var columns = findings.ImputedColumns;
        if (columns.Count == 0) throw new Runtime.UserInputException($"{findings.Table.Source} has no imputed cell, so there is nothing to draw.");
        if (names is null) return [.. columns.Take(MostColumns).Select(column => Draw(findings, column))];
        return [.. names.Select(name => Draw(findings, columns.FirstOrDefault(column => column.Name == name)
            ?? throw new Runtime.UserInputException(
                $"{findings.Table.Source} has no column '{name}' with imputed cells; there are "
                + $"{string.Join(", ", columns.Take(20).Select(column => column.Name))}.")))];
    }

    internal static Chart Draw(ImputationFindings findings, ColumnFinding column)
    {
        // Each completed table's imputed values.
        var tables = Enumerable.Range(0, findings.Draws.Tables)
            .Select(table => Array.ConvertAll(column.Cells, cell => findings.Draws.Value(table, cell))).ToArray();
        return column.Schema!.IsDiscrete ? Levels(column, tables) : Numbers(column, tables);
    }

    private static Chart Numbers(ColumnFinding column, double[][] tables)
    {
        var drawn = tables.SelectMany(values => values).ToArray();
        double[] all = [.. column.Values, .. drawn];
        var chart = new Chart(column.Name, Described(column), Width, Height);
        if (all.Length == 0) return chart;
        var (reference, whole) = (column.Values.Length > 1 ? column.Values : all, column.Schema!.Type == ColumnType.Integer);
        var (low, high) = Range(all, column.Values);
        var repeated = reference.GroupBy(value => value).Max(group => group.Count()) > Math.Max(2, Repeated * reference.Length);
        var density = Density.For(reference, low, high, whole || repeated, Bounds(column.Schema));
        var (observed, estimates) = (density.Of(column.Values), Array.ConvertAll(tables, density.Of));
        var (mean, lower, upper) = Spread(estimates, density.Grid.Length);
        var axis = chart.Numbers(AxisPosition.Bottom, null, density.Grid[0], density.Grid[^1], Labels(column.Schema));
        if (whole) axis.MinimumMajorStep = 1;
        chart.Hidden(AxisPosition.Left, 0, Math.Max(1e-300, 1.05 * new[] { observed.Max(), mean.DefaultIfEmpty().Max(), upper.DefaultIfEmpty().Max() }.Max()));
        chart.Band(density.Grid, new double[density.Grid.Length], observed, Tone.Observed.Faint(0.2));
        if (column.Values.Length > 0) chart.Line(density.Grid.Zip(observed), Tone.Observed.Color);
        if (tables.Length == 0) return chart;
        chart.Band(density.Grid, lower, upper, Tone.Imputed.Faint(0.25));
        chart.Line(density.Grid.Zip(mean), Tone.Imputed.Color, 2);
        return chart;
    }

    private static Chart Levels(ColumnFinding column, double[][] tables)
    {
        var (levels, observed) = (column.Schema!.Levels!, column.ObservedShares!);
        // Of many levels the most frequent ones.
        int[] shown =
        [
            .. Enumerable.Range(0, levels.Count)
                .OrderByDescending(level => Math.Max(Number(observed[level]), column.ImputedShares?[level] ?? 0))
                .Take(MostLevels)
                .Order(),
        ];
        var shares = Array.ConvertAll(tables, values => Array.ConvertAll(shown, level => values.Count(v => v == level) / (double)values.Length));
        var (_, lower, upper) = Spread(shares, shown.Length);
        var more = shown.Length < levels.Count ? $" The {shown.Length} most frequent of {levels.Count} levels." : "";
        var chart = new Chart(column.Name, Described(column) + more, Width, Math.Max(Height, 44 + 26 * shown.Length));
        chart.Names(AxisPosition.Left, [.. shown.Select(level => Chart.Short(levels[level], 14))], 0.6);
        chart.Numbers(
            AxisPosition.Bottom, null, 0,
            Math.Min(1, 1.08 * new[] { shown.Max(level => Number(observed[level])), upper.DefaultIfEmpty().Max(), 0.01 }.Max()),
            share => $"{100 * share:0.#} %", grid: true);
        chart.Rectangles(shown.Select((level, i) => (0.0, i - 0.36, Number(observed[level]), i - 0.02)), Tone.Observed.Faint(0.6));
        if (tables.Length == 0) return chart;
        chart.Rectangles(shown.Select((level, i) => (0.0, i + 0.02, column.ImputedShares![level], i + 0.36)), Tone.Imputed.Faint(0.75));
        chart.Line(
            Enumerable.Range(0, shown.Length)
                .SelectMany(i => new[] { (lower[i], i + 0.19), (upper[i], i + 0.19), (double.NaN, double.NaN) }),
            Tone.Ink.Color, 1.4);
        return chart;
    }

    // What lies far beyond all else would leave nothing of the rest to be seen: draws are shown as far as observed values and 99 % of the draws go.
    private static (double Low, double High) Range(double[] all, double[] observed)
    {
        var sorted = all.Order().ToArray();
        var (low, high) = (Quantile.OfSorted<double>(sorted, 0.005), Quantile.OfSorted<double>(sorted, 0.995));
        return observed.Length == 0 ? (low, high) : (Math.Min(low, observed.Min()), Math.Max(high, observed.Max()));
    }

    private static (double? Low, double? High) Bounds(ColumnSchema schema) =>
        (schema.LowerBound ?? schema.Marginal?.NaturalMinimum, schema.UpperBound ?? schema.Marginal?.NaturalMaximum);

    private static (double[] Mean, double[] Lower, double[] Upper) Spread(double[][] estimates, int count)
    {
        if (estimates.Length == 0) return ([], [], []);
        double[][] sorted = [.. Enumerable.Range(0, count).Select(i => estimates.Select(estimate => estimate[i]).Order().ToArray())];
        return (
            Array.ConvertAll(sorted, s => s.Average()), Array.ConvertAll(sorted, s => Quantile.OfSorted<double>(s, 0.025)),
            Array.ConvertAll(sorted, s => Quantile.OfSorted<double>(s, 0.975)));
    }

    private static Func<double, string> Labels(ColumnSchema schema) =>
        schema.Notation?.DateFormat is { } format ? value => DateNotations.Write(value, format) : Chart.Label;

    private static double Number(double share) => double.IsNaN(share) ? 0 : share;

    private static string Described(ColumnFinding column)
    {
        var imputed = column.Cells.Length;
        if (column.Values.Length == 0) return $"{column.Name}: no cell is observed; {imputed} imputed.";
        return double.IsNaN(column.ImputedMean) || double.IsNaN(column.ObservedMean)
            ? $"{column.Name}: {column.Values.Length} observed cells beside {imputed} imputed ones."
            : $"{column.Name}: {column.Values.Length} observed cells of mean {column.ObservedMean:G4}, {imputed} imputed ones of mean {column.ImputedMean:G4}.";
    }
}
