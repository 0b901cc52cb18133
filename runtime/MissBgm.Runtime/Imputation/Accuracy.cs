using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>
/// How near imputations come to hidden true values. Every column of numbers is standardised by the true table's mean and population
/// standard deviation, as scikit-learn's StandardScaler does and the MissBGM paper reports (Section 6); in discrete columns it counts how
/// often the level is right.
/// </summary>
public sealed record Accuracy
{
    /// <summary>Cells that are missing in the incomplete table and present in the true one.</summary>
    public required int HiddenCells { get; init; }

    /// <summary>Those of them in discrete columns.</summary>
    public required int LevelCells { get; init; }

    /// <summary>
    /// Share of the cells of discrete columns whose true level is the most frequent observed one; NaN without such cells.
    /// </summary>
    public required double MostFrequentAccuracy { get; init; }

    /// <summary>Share of the cells of discrete columns whose true level was filled in; NaN without such cells.</summary>
    public required double LevelAccuracy { get; init; }

    /// <summary>Root mean squared error of filling in each column's observed mean.</summary>
    public required double ColumnMeanRmse { get; init; }

    /// <summary>Root mean squared error of the mode.</summary>
    public required double MapRmse { get; init; }

    /// <summary>Root mean squared error of the posterior mean; NaN where it was not computed.</summary>
    public required double MeanRmse { get; init; }

    /// <summary>Share of hidden cells whose true value lies in its interval; NaN where there are none.</summary>
    public required double Coverage { get; init; }

    /// <summary>Mean width of the intervals, in standard deviations of the column; NaN where there are none.</summary>
    public required double MeanWidth { get; init; }

    /// <summary>Compares imputed cells with the truth.</summary>
    /// <param name="truth">The true table.</param>
    /// <param name="incomplete">The same rows with cells hidden.</param>
    /// <param name="cells">A line for each missing cell, as <see cref="ImputedTable.WriteCells"/> writes them.</param>
    /// <exception cref="UserInputException">The tables do not belong together.</exception>
    public static Accuracy Of(Table truth, Table incomplete, Table cells)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(incomplete);
        if (truth.Rows != incomplete.Rows)
        {
            throw new UserInputException(
                $"{truth.Source} has {truth.Rows} rows and {incomplete.Source} {incomplete.Rows}; they must be the same rows in the "
                + "same order.");
        }

        var columns = TableSchema.Match(truth.Header, incomplete);
        var imputed = new CellLookup(cells);
        var (levels, frequent, right) = (0, 0, 0);
        var (count, columnMean, map, mean, covered, width) = (0, 0.0, 0.0, 0.0, 0, 0.0);
        for (var c = 0; c < truth.Columns; c++)
        {
            var hidden = Enumerable.Range(0, truth.Rows).Where(row => !truth.IsMissing(row, c) && incomplete.IsMissing(row, columns[c])).ToArray();
            if (imputed.IsDiscrete(truth.Header[c]))
            {
                var most = MostFrequent(incomplete, columns[c]);
                levels += hidden.Length;
                frequent += hidden.Count(row => IsLevel(truth.Text(row, c), most));
                right += hidden.Count(row => IsLevel(truth.Text(row, c), imputed.Level(row, truth.Header[c])));
                continue;
            }

            if (hidden.Length == 0) continue;
            var (location, scale) = Moments(truth, c);
            var (observedMean, _) = Moments(incomplete, columns[c]);
            foreach (var row in hidden)
            {
                var value = truth.Number(row, c);
                var cell = imputed.Find(row, truth.Header[c]);
                double Square(double estimate) => (estimate - value) / scale * ((estimate - value) / scale);
                count++;
                columnMean += Square(observedMean);
                map += Square(cell.Map);
                mean += Square(cell.Mean);
                width += (cell.Upper - cell.Lower) / scale;
                if (cell.Lower <= value && value <= cell.Upper) covered++;
            }
        }

        if (count + levels == 0)
        {
            throw new UserInputException(
                $"{incomplete.Source} hides no cell that {truth.Source} holds; there is nothing to compare.");
        }
        return new Accuracy
        {
            HiddenCells = count + levels,
            LevelCells = levels,
            MostFrequentAccuracy = frequent / (double)levels,
            LevelAccuracy = right / (double)levels,
            ColumnMeanRmse = Math.Sqrt(columnMean / count),
            MapRmse = Math.Sqrt(map / count),
            MeanRmse = Math.Sqrt(mean / count),
            Coverage = double.IsNaN(width) ? double.NaN : covered / (double)count,
            MeanWidth = width / count,
        };
    }

    private static string MostFrequent(Table table, int column) => Enumerable.Range(0, table.Rows)
        .Where(row => !table.IsMissing(row, column)).Select(row => table.Text(row, column).Trim()).GroupBy(text => text, StringComparer.Ordinal)
        .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).FirstOrDefault()?.Key ?? "";

    private static bool IsLevel(string text, string level) => new LevelNumbers([level]).Find(text) == 0;

    private static (double Mean, double Sd) Moments(Table table, int column)
    {
        var values = Enumerable.Range(0, table.Rows).Where(row => !table.IsMissing(row, column)).Select(row => table.Number(row, column)).ToArray();
        if (values.Length == 0) throw new UserInputException($"{table.Source}: column '{table.Header[column]}' has no observed value.");
        var mean = values.Average();
        var sd = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        // A constant column is left as it is, as StandardScaler does.
        return (mean, sd == 0 ? 1 : sd);
    }

    /// <summary>Finds a cell's line by row and column.</summary>
    private sealed class CellLookup
    {
        private readonly Table _cells;
        private readonly Dictionary<(string Row, string Column), int> _lines;
        private readonly HashSet<string> _discrete;
        private readonly int _level;
        private readonly int _mean;
        private readonly int _lower;
        private readonly int _upper;
        private readonly int _map;

        internal CellLookup(Table cells)
        {
            _cells = cells;
            var (row, column) = (Column("row"), Column("column"));
            (_mean, _lower, _upper, _map) = (Column("mean"), Column("lower"), Column("upper"), Column("map"));
            _level = cells.Header.ToList().IndexOf("level");
            _discrete = _level < 0 ? [] : [.. Enumerable.Range(0, cells.Rows).Where(i => !cells.IsMissing(i, _level)).Select(i => cells.Text(i, column))];
            _lines = Enumerable.Range(0, cells.Rows).ToDictionary(i => (cells.Text(i, row), cells.Text(i, column)));
        }

        internal bool IsDiscrete(string column) => _discrete.Contains(column);

        internal string Level(int row, string column) => _cells.Text(Line(row, column), _level);

        internal (double Mean, double Lower, double Upper, double Map) Find(int row, string column)
        {
            var line = Line(row, column);
            return (Number(line, _mean), Number(line, _lower), Number(line, _upper), Number(line, _map));
        }

        private int Line(int row, string column) =>
            _lines.TryGetValue((row.ToString(), column), out var line)
                ? line
                : throw new UserInputException(
                    $"{_cells.Source} has no line for data row {row}, column '{column}'; write it for the whole table (impute "
                    + "--intervals).");

        private double Number(int line, int column) => _cells.IsMissing(line, column) ? double.NaN : _cells.Number(line, column);

        private int Column(string name) => _cells.Header.ToList().IndexOf(name) is >= 0 and var index
            ? index
            : throw new UserInputException($"{_cells.Source} has no column '{name}'; it must be a file that impute --intervals wrote.");
    }
}
