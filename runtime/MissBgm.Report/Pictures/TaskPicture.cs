using MissBgm.Report.Charts;
using OxyPlot.Axes;

namespace MissBgm.Report.Pictures;

/// <summary>A labelled table at a glance: rows sorted by label, blue below a feature's mean, orange above, gaps where cells are missing.</summary>
public static class TaskPicture
{
    private const int MostRows = 200;
    private const int Shades = 8;
    private const double Reach = 2.5;

    /// <summary>Draws the table; of a long one, rows at equal distances.</summary>
    /// <param name="values">Row-major [rows, features].</param>
    /// <param name="observed">1 where a cell is observed, [rows, features].</param>
    /// <param name="labels">Class of each row, from 0.</param>
    /// <param name="features">Number of features.</param>
    public static Chart Draw(float[] values, float[] observed, int[] labels, int features)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(labels);
        int[] order = [.. Enumerable.Range(0, labels.Length).OrderBy(row => labels[row])];
        var every = (labels.Length + MostRows - 1) / MostRows;
        int[] rows = [.. order.Where((_, i) => i % every == 0)];
        var chart = new Chart(
            "A task of the prior",
            $"{rows.Length} of {labels.Length} rows, sorted by label, and {features} features; {1 - observed.Average():P0} of the "
            + $"cells are missing.",
            60 + 14 * (features + 2), 50 + 3 * rows.Length);
        chart.Hidden(AxisPosition.Left, rows.Length, 0);
        chart.Names(AxisPosition.Bottom, ["", "", .. Enumerable.Range(1, features).Select(f => f % 5 == 0 || f == 1 ? $"x{f}" : "")]);
        foreach (var label in rows.Select((row, y) => (Label: labels[row], y)).GroupBy(place => place.Label))
        {
            chart.Rectangles(label.Select(place => (-0.5, (double)place.y, 0.5, place.y + 1.0)), Tone.Series[label.Key % Tone.Series.Count].Color);
        }

        var cells =
            from feature in Enumerable.Range(0, features)
            from cell in Scores(values, labels.Length, feature, features, rows).Select((score, y) => (Score: score, X: feature + 2.0, Y: y))
            where observed[rows[cell.Y] * features + feature] == 1
            select cell;
        foreach (var shade in cells.GroupBy(cell => (int)Math.Round(Shades * Math.Clamp(cell.Score / Reach, -1, 1))).OrderBy(group => group.Key))
        {
            var tone = shade.Key < 0 ? Tone.Observed : Tone.Imputed;
            chart.Rectangles(
                shade.Select(cell => (cell.X - 0.5, (double)cell.Y, cell.X + 0.5, cell.Y + 1.0)),
                tone.Faint(0.1 + 0.85 * Math.Abs(shade.Key) / Shades));
        }

        return chart;
    }

    private static IEnumerable<double> Scores(float[] values, int count, int feature, int features, int[] rows)
    {
        var column = Enumerable.Range(0, count).Select(row => (double)values[row * features + feature]).ToArray();
        var mean = column.Average();
        var deviation = Math.Sqrt(column.Average(x => (x - mean) * (x - mean))) + 1e-9;
        return rows.Select(row => (column[row] - mean) / deviation);
    }
}
