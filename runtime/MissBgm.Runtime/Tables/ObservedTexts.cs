using System.Collections;

namespace MissBgm.Runtime.Tables;

/// <summary>The observed cells' texts of a column, each made when it is asked for: a long table's would fill memory.</summary>
internal sealed class ObservedTexts : IReadOnlyList<string>
{
    private readonly Table _table;
    private readonly int _column;

    internal ObservedTexts(Table table, int column)
    {
        (_table, _column) = (table, column);
        Rows = [.. Enumerable.Range(0, table.Rows).Where(row => !table.IsMissing(row, column))];
    }

    /// <summary>The rows in which the column is observed.</summary>
    internal int[] Rows { get; }

    public int Count => Rows.Length;

    public string this[int index] => _table.Text(Rows[index], _column);

    public IEnumerator<string> GetEnumerator()
    {
        foreach (var row in Rows) yield return _table.Text(row, _column);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
