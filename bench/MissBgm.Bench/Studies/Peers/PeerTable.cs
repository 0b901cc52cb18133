using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Simulation;

namespace MissBgm.Bench.Studies.Peers;

/// <summary>
/// A complete public table some of whose cells are hidden. Columns of texts are categorical, all others numbers; the label and columns that hardly vary are
/// left out.
/// </summary>
internal sealed class PeerTable
{
    private const double MostInOne = 0.98;
    private readonly string[] _header;
    private readonly IReadOnlyList<string>?[] _levels;
    private readonly Matrix<byte> _observed;
    private readonly double[] _scales;

    private PeerTable(string[] header, IReadOnlyList<string>?[] levels, double[] values, Matrix<byte> observed)
    {
        (_header, _levels, Values, _observed, Columns) = (header, levels, values, observed, header.Length);
        _scales = [.. Enumerable.Range(0, Columns).Select(Deviation)];
    }

    /// <summary>All masks: how each is drawn from a standardised table by a seed.</summary>
    public static IReadOnlyDictionary<string, Func<Matrix<float>, ulong, Matrix<byte>>> Masks { get; } =
        new Dictionary<string, Func<Matrix<float>, ulong, Matrix<byte>>>(StringComparer.Ordinal)
        {
            ["mcar30"] = (x, seed) => McarMask.Draw(x.Rows, x.Columns, 0.3, seed),
            ["mar"] = (x, seed) => LogisticMarMask.Draw(x, 0.3, seed),
            ["m2m"] = (x, seed) => LogisticM2MMask.Draw(x, 0.3, seed),
            ["mcar10"] = (x, seed) => McarMask.Draw(x.Rows, x.Columns, 0.1, seed),
            ["mcar50"] = (x, seed) => McarMask.Draw(x.Rows, x.Columns, 0.5, seed),
            ["self"] = (x, seed) => MnarMask.Draw(x, 0.3, seed),
        };

    /// <summary>p.</summary>
    public int Columns { get; }

    /// <summary>n.</summary>
    public int Rows => Values.Length / Columns;

    /// <summary>The complete table, levels by number, row-major [n, p].</summary>
    public double[] Values { get; }

    /// <summary>The columns' kinds: n for numbers, c with the number of levels for categories, comma-separated.</summary>
    public string Kinds => string.Join(',', _levels.Select(levels => levels is null ? "n" : $"c{levels.Count}"));

    /// <summary>Reads a table and hides cells.</summary>
    /// <param name="path">The complete table.</param>
    /// <param name="mask">One of <see cref="Masks"/>.</param>
    /// <param name="seed">Of the mask.</param>
    public static PeerTable Read(string path, string mask, ulong seed)
    {
        var table = TableReader.Read(path);
        string[] Texts(int column) => [.. Enumerable.Range(0, table.Rows).Select(row => table.Text(row, column))];
        var columns = Enumerable.Range(0, table.Columns)
            .Where(c => table.Header[c] != "label" && Texts(c).CountBy(text => text).Max(pair => pair.Value) < MostInOne * table.Rows).ToArray();
        var levels = Array.ConvertAll(columns, c => Texts(c).All(text => double.TryParse(text, out _))
            ? null
            : (IReadOnlyList<string>)[.. Texts(c).Distinct().Order(StringComparer.Ordinal)]);
        var values = new Matrix<float>(table.Rows, columns.Length);
        var exact = new double[values.Values.Length];
        for (var cell = 0; cell < exact.Length; cell++)
        {
            var (row, j) = (cell / columns.Length, cell % columns.Length);
            exact[cell] = levels[j] is { } known ? known.ToList().IndexOf(table.Text(row, columns[j])) : table.Number(row, columns[j]);
            values.Values[cell] = (float)exact[cell];
        }

        return new PeerTable([.. columns.Select(c => table.Header[c])], levels, exact, Masks[mask](StandardScaler.Transform(values), seed));
    }

    /// <summary>The table with its hidden cells as NaN, row-major [n, p].</summary>
    public double[] Incomplete() => [.. Values.Select((value, cell) => _observed.Values[cell] == 1 ? value : double.NaN)];

    /// <summary>Writes the incomplete table as CSV.</summary>
    public void Write(string path)
    {
        string Text(int cell) => _observed.Values[cell] == 0 ? "" : _levels[cell % Columns] is { } levels
            ? $"\"{levels[(int)Values[cell]].Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : Values[cell].ToString("R");
        var lines = Enumerable.Range(0, Rows).Select(row => string.Join(',', Enumerable.Range(row * Columns, Columns).Select(Text)));
        File.WriteAllLines(path, [string.Join(',', _header.Select(name => $"\"{name}\"")), .. lines]);
    }

    /// <summary>A completed CSV's cells, levels by number.</summary>
    public double[] ReadCompleted(string path)
    {
        var table = TableReader.Read(path);
        return [.. Enumerable.Range(0, Values.Length).Select(cell => _levels[cell % Columns] is { } levels
            ? levels.ToList().IndexOf(table.Text(cell / Columns, cell % Columns))
            : table.Number(cell / Columns, cell % Columns))];
    }

    /// <summary>Root mean square error of hidden numbers in standard deviations of their columns; NaN if none is hidden.</summary>
    public double Rmse(double[] completed) => Math.Sqrt(Hidden(categorical: false)
        .Select(cell => Math.Pow((completed[cell] - Values[cell]) / _scales[cell % Columns], 2)).DefaultIfEmpty(double.NaN).Average());

    /// <summary>Share of hidden levels that are wrong; NaN if none is hidden.</summary>
    public double ErrorRate(double[] completed) =>
        Hidden(categorical: true).Select(cell => completed[cell] == Values[cell] ? 0.0 : 1.0).DefaultIfEmpty(double.NaN).Average();

    private IEnumerable<int> Hidden(bool categorical) => Enumerable.Range(0, Values.Length)
        .Where(cell => _observed.Values[cell] == 0 && _levels[cell % Columns] is not null == categorical);

    private double Deviation(int column)
    {
        var values = Enumerable.Range(0, Rows).Select(row => Values[row * Columns + column]).ToArray();
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
