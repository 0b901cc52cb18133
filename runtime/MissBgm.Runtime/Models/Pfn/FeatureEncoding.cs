using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// How the columns of a training table become features (<see cref="FeatureView"/> says in which guise). A column is numeric if all its observed
/// training cells are; a column without observed cells is left out.
/// </summary>
public sealed class FeatureEncoding
{
    private readonly Feature[] _features;
    private readonly string? _target;

    private FeatureEncoding(Feature[] features, string? target, IReadOnlyList<string> empty)
        => (_features, _target, EmptyColumns) = (features, target, empty);

    /// <summary>Columns without an observed training cell: they are not used.</summary>
    public IReadOnlyList<string> EmptyColumns { get; }

    /// <summary>Number of features.</summary>
    internal int Count(FeatureView view) => _features.Sum(feature => feature.Width(view));

    /// <summary>Learns the encoding of all columns but the target.</summary>
    /// <param name="table">The training table.</param>
    /// <param name="target">The label's column; null if there is none.</param>
    /// <exception cref="UserInputException">There is no column to learn from.</exception>
    public static FeatureEncoding Learn(Table table, string? target)
    {
        ArgumentNullException.ThrowIfNull(table);
        var features = new List<Feature>();
        var empty = new List<string>();
        for (var column = 0; column < table.Columns; column++)
        {
            if (table.Header[column] == target) continue;
            if (Feature.Learn(table, column) is { } feature) features.Add(feature);
            else empty.Add(table.Header[column]);
        }

        return features.Count > 0
            ? new FeatureEncoding([.. features], target, empty)
            : throw new UserInputException($"{table.Source}: there is no column with observed cells besides the target; add at least one.");
    }

    /// <summary>Encodes a table with the training table's columns in any order; its target column, if any, is not read.</summary>
    /// <param name="table">The table.</param>
    /// <param name="view">What numbers and texts become.</param>
    /// <param name="unseen">Told column, row and text of each category that the training table does not have; such a cell counts as missing.</param>
    /// <exception cref="UserInputException">The columns differ, or a cell of a numeric column is no number.</exception>
    internal FeatureTable Encode(Table table, FeatureView view = default, Action<string, int, string>? unseen = null)
    {
        var positions = Locate(table);
        var count = Count(view);
        var values = new float[table.Rows * count];
        var observed = new float[values.Length];
        for (var (row, at) = (0, 0); row < table.Rows; row++)
        {
            for (var f = 0; f < _features.Length; f++)
            {
                var width = _features[f].Width(view);
                if (!table.IsMissing(row, positions[f]))
                {
                    if (_features[f].Encode(table, row, positions[f], view) is { } value)
                    {
                        observed.AsSpan(at, width).Fill(1);
                        if (width == 1) values[at] = value;
                        else values[at + (int)value] = 1;
                    }
                    else
                    {
                        unseen?.Invoke(_features[f].Name, row, table.Text(row, positions[f]));
                    }
                }

                at += width;
            }
        }

        return new FeatureTable(table.Rows, count, values, observed);
    }

    private int[] Locate(Table table)
    {
        var header = table.Header.ToList();
        var known = _features.Select(f => f.Name).Concat(EmptyColumns).ToArray();
        var missing = known.Except(header, StringComparer.Ordinal).ToArray();
        var extra = header.Except(known, StringComparer.Ordinal).Where(name => name != _target).ToArray();
        if (missing.Length + extra.Length == 0) return [.. _features.Select(f => header.IndexOf(f.Name))];
        var faults = new List<string>();
        if (missing.Length > 0) faults.Add($"lacks {Names(missing)} (add, empty where unknown)");
        if (extra.Length > 0) faults.Add($"has {Names(extra)}, which the training table does not have (leave out)");
        throw new UserInputException($"{table.Source}: the columns differ from the training table's: the table {string.Join(" and ", faults)}. The order does not matter.");
    }

    private static string Names(string[] names) =>
        (names.Length == 1 ? "the column " : "the columns ") + string.Join(", ", names.Take(10).Select(n => $"'{n}'")) + (names.Length > 10 ? $" and {names.Length - 10} more" : "");
}
