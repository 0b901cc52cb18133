using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>Finds the cells whose intervals are less certain than they look, and why.</summary>
internal sealed class CellNotes
{
    private const int FewCells = 10;

    // A value that far beyond the middle half of its column is an error more likely than a value.
    private const double FarQuarters = 20;
    private const int MostRemembered = 3;
    private readonly Table _table;
    private readonly CellIndex _index;
    private readonly Dictionary<string, string[]> _apart;

    /// <param name="table">The table.</param>
    /// <param name="index">Its cells.</param>
    /// <param name="apart">Pairs of columns that were never observed in one row of the training table.</param>
    internal CellNotes(Table table, CellIndex index, IReadOnlyList<ColumnPair> apart)
    {
        (_table, _index) = (table, index);
        _apart = apart.SelectMany(pair => new[] { (pair.First, pair.Second), (pair.Second, pair.First) }).GroupBy(pair => pair.Item1, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(pair => pair.Item2).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>What is to be said of a cell; empty if nothing.</summary>
    internal string Of(int row, int column)
    {
        var schema = _index.Schema[column]!;
        var notes = new List<string>();
        if (schema.IsConstant) notes.Add("constant");
        else if (schema.ObservedCells is > 0 and < FewCells) notes.Add($"{schema.ObservedCells} observed");
        if (_apart.TryGetValue(schema.Name, out var others))
        {
            var seen = others.Where(other => IsObserved(row, other)).Take(MostRemembered).ToArray();
            if (seen.Length > 0) notes.Add($"never seen with {string.Join(" ", seen)}");
        }

        var far = Far(row).Take(MostRemembered).ToArray();
        if (far.Length > 0) notes.Add($"far out: {string.Join(" ", far)}");
        return string.Join("; ", notes);
    }

    private bool IsObserved(int row, string name)
    {
        for (var c = 0; c < _index.Schema.Length; c++)
        {
            if (_index.Schema[c]?.Name == name) return !_table.IsMissing(row, c);
        }

        return false;
    }

    // The row's own values that lie beyond anything of their column's kind.
    private IEnumerable<string> Far(int row)
    {
        for (var c = 0; c < _index.Schema.Length; c++)
        {
            if (_index.Schema[c] is not { IsDiscrete: false, IsConstant: false, Quartiles: { } quartiles } schema || _table.IsMissing(row, c)) continue;
            var (value, spread) = (_table.Number(row, c), quartiles.Upper - quartiles.Lower);
            if (spread > 0 && (value < quartiles.Lower - FarQuarters * spread || value > quartiles.Upper + FarQuarters * spread)) yield return schema.Name;
        }
    }
}
