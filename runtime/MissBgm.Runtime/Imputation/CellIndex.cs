using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>Numbers the cells to impute of a range of rows in row-major order, and leads from encoded columns to the table's.</summary>
internal sealed class CellIndex
{
    private readonly Table _table;
    private readonly int _first;
    private readonly int[] _before;
    private readonly int[] _modelled;
    private readonly bool[] _asked;

    /// <param name="table">The table.</param>
    /// <param name="schema">The model's columns.</param>
    /// <param name="first">First row.</param>
    /// <param name="end">Row after the last.</param>
    /// <param name="keepEmpty">Cells that must stay empty.</param>
    internal CellIndex(Table table, TableSchema schema, int first, int end, IReadOnlyList<KeepEmptyRule>? keepEmpty = null)
    {
        (_table, _first) = (table, first);
        var positions = schema.Locate(table);
        Schema = new ColumnSchema?[table.Columns];
        for (var c = 0; c < positions.Length; c++) Schema[positions[c]] = schema.Columns[c];
        _modelled = schema.LocateModelled(positions);
        _asked = new bool[(end - first) * table.Columns];
        _before = new int[end - first + 1];
        var rules = (keepEmpty ?? []).GroupBy(rule => table.Header.ToList().IndexOf(rule.Column))
            .ToDictionary(group => group.Key, group => group.Select(rule => rule.Of(table)).ToArray());
        for (var row = first; row < end; row++)
        {
            for (var column = 0; column < table.Columns; column++)
            {
                var asked = table.IsMissing(row, column) && Schema[column] is { Role: not ColumnRole.PredictOnly };
                if (asked && rules.TryGetValue(column, out var stays) && Array.Exists(stays, rule => rule(row)))
                {
                    asked = false;
                    KeptEmpty++;
                }

                _asked[(row - first) * table.Columns + column] = asked;
                _before[row - first + 1] += asked ? 1 : 0;
            }

            _before[row - first + 1] += _before[row - first];
        }
    }

    /// <summary>The schema of each of the table's columns; null where a column takes no part.</summary>
    internal ColumnSchema?[] Schema { get; }

    /// <summary>Number of cells to impute.</summary>
    internal int Count => _before[^1];

    /// <summary>Missing cells that stay empty by a rule.</summary>
    internal int KeptEmpty { get; }

    /// <summary>The table's column of an encoded one.</summary>
    internal int Column(int encoded) => _modelled[encoded];

    /// <summary>
    /// Whether a cell is to be imputed: what the model sees as missing may be an unknown level, a column that predicts no other, or a cell
    /// that stays empty.
    /// </summary>
    internal bool IsAsked(int row, int column) => _asked[(row - _first) * _table.Columns + column];

    /// <summary>The number of a cell to impute.</summary>
    internal int Of(int row, int column)
    {
        var index = _before[row - _first];
        for (var c = 0; c < column; c++) index += IsAsked(row, c) ? 1 : 0;
        return index;
    }

    /// <summary>Tells sinks what is to come, and hands them the draws of cells that need none.</summary>
    internal void Begin(IReadOnlyList<IDrawSink> sinks, int chains, int draws)
    {
        foreach (var sink in sinks)
        {
            sink.Begin(Count, chains, draws);
            foreach (var (row, column) in ConstantCells())
            {
                sink.Take(Of(row, column), Enumerable.Repeat((float)Schema[column]!.Location, chains * draws).ToArray());
            }
        }
    }

    /// <summary>The cells to impute of constant columns, by row and column.</summary>
    internal IEnumerable<(int Row, int Column)> ConstantCells() =>
        from column in Enumerable.Range(0, _table.Columns)
        where Schema[column] is { IsConstant: true }
        from row in Enumerable.Range(_first, _before.Length - 1)
        where IsAsked(row, column)
        select (row, column);
}
