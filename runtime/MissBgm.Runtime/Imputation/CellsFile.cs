using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>
/// The file of missing cells: CSV, a line for each, <c>row,column,mean,sd,lower,upper,map,rhat,ess</c>, empty where not computed. A table with discrete
/// columns has two more, empty elsewhere: <c>level</c>, the one to fill in (the most probable one, or the mode where only it was computed), and <c>probabilities</c>, those of all levels in their order, such as
/// <c>no=0.25;yes=0.75</c>. In discrete columns <c>map</c> is a level, <c>mean</c> and <c>sd</c> are empty, and <c>lower</c> and <c>upper</c> are the levels
/// that bound the interval where levels have an order.
/// </summary>
internal static class CellsFile
{
    /// <summary>Writes the file.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="imputed">The table.</param>
    /// <param name="schema">The schema of each of the table's columns.</param>
    internal static void Write(Stream stream, ImputedTable imputed, ColumnSchema[] schema)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        var discrete = Array.Exists(schema, column => column.IsDiscrete);
        writer.WriteLine("row,column,mean,sd,lower,upper,map,rhat,ess" + (discrete ? ",level,probabilities" : ""));
        foreach (var cell in imputed.Cells)
        {
            var column = schema[cell.Column];
            var fields = new List<string>
            {
                $"{cell.Row + imputed.RowOffset}", Quote(column.Name), Number(cell.Mean, column), Number(cell.Sd, column), Value(cell.Lower, column), Value(cell.Upper, column),
                Value(cell.Map, column), Plain(cell.RHat, "0.####"), Plain(cell.Ess, "0.#"),
            };
            if (discrete) fields.AddRange([column.IsDiscrete ? Value(cell.Value, column) : "", Quote(Probabilities(cell, column))]);
            writer.WriteLine(string.Join(',', fields));
        }
    }

    private static string Value(double value, ColumnSchema column) => double.IsNaN(value) ? "" : column.IsDiscrete ? Quote(NumberText.Format(value, column)) : Number(value, column);

    private static string Number(double value, ColumnSchema column) => double.IsNaN(value) ? "" : NumberText.Format(value, column.Scale);

    private static string Plain(double value, string format) => double.IsNaN(value) ? "" : value.ToString(format);

    private static string Probabilities(ImputedCell cell, ColumnSchema column) =>
        cell.Probabilities is { } probabilities ? string.Join(';', probabilities.Zip(column.Levels!, (probability, level) => $"{level}={probability:0.####}")) : "";

    private static string Quote(string text) => TableFormat.Default.Quote(text);
}
