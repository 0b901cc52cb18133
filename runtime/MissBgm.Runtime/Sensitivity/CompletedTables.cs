using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Sensitivity;

/// <summary>The columns of multiply imputed tables.</summary>
internal sealed class CompletedTables(ImputedTable imputed, MultipleImputations draws, TableSchema schema)
{
    private readonly ILookup<int, int> _cells = Enumerable.Range(0, imputed.Cells.Count).ToLookup(cell => imputed.Cells[cell].Column);
    private readonly Dictionary<string, double[]> _observed = [];

    /// <summary>What was imputed.</summary>
    public ImputedTable Imputed => imputed;

    /// <summary>The incomplete table.</summary>
    public Table Source => imputed.Source;

    /// <summary>A column of numbers of one of the tables, [rows].</summary>
    /// <param name="name">Its name.</param>
    /// <param name="imputation">0 to m - 1.</param>
    /// <param name="delta">Observed standard deviations to add to every imputed value.</param>
    public double[] Column(string name, int imputation, double delta)
    {
        var column = Source.Header.ToList().IndexOf(name);
        var described = schema.Columns.Single(c => c.Name == name);
        var values = (double[])Observed(name, column).Clone();
        foreach (var cell in _cells[column])
        {
            var draw = draws.Value(imputation, cell);
            values[imputed.Cells[cell].Row] = delta == 0 ? draw : described.Nearest(draw + delta * described.Scale);
        }

        return values;
    }

    private double[] Observed(string name, int column)
    {
        if (_observed.TryGetValue(name, out var values)) return values;
        return _observed[name] = [.. Enumerable.Range(0, Source.Rows).Select(row => Source.IsMissing(row, column) ? double.NaN : Source.Number(row, column))];
    }
}
