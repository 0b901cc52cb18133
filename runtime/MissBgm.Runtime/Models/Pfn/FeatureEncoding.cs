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
    internal EncodedTable Encode(Table table, FeatureView view = default, Action<string, int, string>? unseen = null)
    {
        string[] known = [.. _features.Select(feature => feature.Name), .. EmptyColumns];
        var positions = TableSchema.Match(known, table, besides: _target);
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

        return new EncodedTable(table.Rows, count, values, observed);
    }
}
