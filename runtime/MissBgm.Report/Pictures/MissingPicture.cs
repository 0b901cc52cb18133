using MissBgm.Report.Charts;
using MissBgm.Report.Findings;
using MissBgm.Runtime.Tables;
using OxyPlot.Axes;

namespace MissBgm.Report.Pictures;

/// <summary>Pictures of what is missing together.</summary>
public static class MissingPicture
{
    private const int MostColumns = 30;
    private const int MostPatterns = 20;
    private const double Cell = 26;

    /// <summary>The rows' patterns: which columns are missing together, and in how many rows.</summary>
    /// <param name="table">The table.</param>
    public static Chart Patterns(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var columns = Shown(table);
        var patterns = MissingPattern.Of(table, columns);
        var shown = patterns.Take(MostPatterns).ToArray();
        var rest = patterns.Skip(MostPatterns).Sum(pattern => pattern.Rows);
        string[] labels =
        [
            .. shown.Select(pattern => $"{pattern.Rows:#,0} {(pattern.Rows == 1 ? "row" : "rows")}"),
            .. rest > 0 ? [$"{rest:#,0} rows of {patterns.Count - shown.Length} other patterns"] : Array.Empty<string>(),
        ];
        var chart = new Chart(
            "Missing patterns",
            $"{patterns.Count} patterns of {columns.Count} columns; the most frequent, of {shown[0].Rows} rows, lacks {Listed(shown[0], columns, table)}.",
            Math.Max(250, 110 + Cell * columns.Count + (rest > 0 ? 90 : 0)), 96 + 20 * labels.Length);
        chart.Names(AxisPosition.Top, [.. columns.Select(column => Chart.Short(table.Header[column], 14))], angle: -45);
        chart.Names(AxisPosition.Left, labels, 0.55);
        (double X0, double Y0, double X1, double Y1) Square(int x, int y) => (x - 0.44, y - 0.4, x + 0.44, y + 0.4);
        var squares = shown.SelectMany((pattern, y) => pattern.Missing.Select((missing, x) => (missing, Square(x, y)))).ToArray();
        chart.Rectangles(squares.Where(square => !square.missing).Select(square => square.Item2), Tone.Observed.Faint(0.22));
        chart.Rectangles(squares.Where(square => square.missing).Select(square => square.Item2), Tone.Imputed.Color);
        return chart;
    }

    /// <summary>The correlation of masks: which columns are missing together more or less often than by chance.</summary>
    /// <param name="table">The table.</param>
    public static Chart Correlation(Table table)
    {
        var correlation = MaskCorrelation.Of(table, Shown(table));
        var (count, columns) = (correlation.Columns.Count, correlation.Columns);
        string[] names = [.. columns.Select(column => Chart.Short(table.Header[column], 14))];
        var strongest = correlation.Pairs()
            .Select(pair => $"; strongest between {table.Header[pair.First]} and {table.Header[pair.Second]}, {pair.Value:0.00}")
            .FirstOrDefault("");
        var size = count <= 8 ? 44.0 : Cell;
        var chart = new Chart(
            "Correlation of missingness", $"Phi coefficients between the masks of {count} columns{strongest}.",
            120 + size * Math.Max(3, count), 96 + size * Math.Max(1, count));
        if (count == 0) return chart;
        chart.Names(AxisPosition.Top, names, angle: -45);
        chart.Names(AxisPosition.Left, names, 0.55);
        for (var a = 0; a < count; a++)
        {
            for (var b = 0; b < a; b++)
            {
                var value = correlation.Values[a, b];
                chart.Rectangles([(b - 0.46, a - 0.46, b + 0.46, a + 0.46)], (value > 0 ? Tone.Imputed : Tone.Observed).Faint(0.06 + 0.74 * Math.Abs(value)));
                if (count <= 8) chart.Text(b, a, value.ToString("0.00"), Tone.Ink, OxyPlot.HorizontalAlignment.Center);
            }

            chart.Rectangles([(a - 0.46, a - 0.46, a + 0.46, a + 0.46)], Tone.Grid.Color);
        }

        return chart;
    }

    /// <summary>The columns that are shown: all if they are few, else those with most missing cells, in the table's order.</summary>
    private static List<int> Shown(Table table)
    {
        var counts = Enumerable.Range(0, table.Columns)
            .Select(column => (column, Missing: Enumerable.Range(0, table.Rows).Count(row => table.IsMissing(row, column)))).ToArray();
        return [.. counts.OrderByDescending(c => c.Missing).Take(MostColumns).Select(c => c.column).Order()];
    }

    private static string Listed(MissingPattern pattern, List<int> columns, Table table)
    {
        var names = columns.Where((_, i) => pattern.Missing[i]).Select(column => table.Header[column]).ToArray();
        return names.Length == 0 ? "nothing" : names.Length <= 4 ? string.Join(", ", names) : $"{names.Length} columns";
    }
}
