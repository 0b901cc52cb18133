using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>Numbers the missing cells of a range of rows in row-major order, and leads from encoded columns to the table's.</summary>
internal sealed class CellIndex
{
    private readonly Table _table;
    private readonly int _first;
    private readonly int[] _before;
    private readonly int[] _modelled;

    internal CellIndex(Table table, TableSchema schema, int first, int end)
    {
        (_table, _first) = (table, first);
        var positions = schema.Locate(table);
        Schema = new ColumnSchema[table.Columns];
        for (var c = 0; c < positions.Length; c++) Schema[positions[c]] = schema.Columns[c];
        _modelled = schema.LocateModelled(positions);
        _before = new int[end - first + 1];
        for (var row = first; row < end; row++)
        {
            _before[row - first + 1] = _before[row - first] + Enumerable.Range(0, table.Columns).Count(column => table.IsMissing(row, column));
        }
    }

    /// <summary>The schema of each of the table's columns.</summary>
    internal ColumnSchema[] Schema { get; }

    /// <summary>Number of missing cells.</summary>
    internal int Count => _before[^1];

    /// <summary>The table's column of an encoded one.</summary>
    internal int Column(int encoded) => _modelled[encoded];

    /// <summary>The number of a missing cell.</summary>
    internal int Of(int row, int column)
    {
        var index = _before[row - _first];
        for (var c = 0; c < column; c++) index += _table.IsMissing(row, c) ? 1 : 0;
        return index;
    }

    /// <summary>Tells sinks what is to come, and hands them the draws of cells that need none.</summary>
    internal void Begin(IReadOnlyList<IDrawSink> sinks, int chains, int draws)
    {
        foreach (var sink in sinks)
        {
            sink.Begin(Count, chains, draws);
            foreach (var (row, column) in ConstantCells()) sink.Take(Of(row, column), Enumerable.Repeat((float)Schema[column].Location, chains * draws).ToArray());
        }
    }

    /// <summary>The missing cells of constant columns, by row and column.</summary>
    internal IEnumerable<(int Row, int Column)> ConstantCells() =>
        from column in Enumerable.Range(0, _table.Columns)
        where Schema[column].IsConstant
        from row in Enumerable.Range(_first, _before.Length - 1)
        where _table.IsMissing(row, column)
        select (row, column);
}
