using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// How the columns of a training table become features (<see cref="FeatureView"/> says in which guise). A column is numeric if all its observed
/// training cells are, in whatever notation; a date is its number of days. A column without observed cells or of the rows' names is left out.
/// </summary>
public sealed class FeatureEncoding
{
    private readonly Feature[] _features;

    private FeatureEncoding(Feature[] features, IReadOnlyList<CarriedColumn> carried)
        => (_features, Carried) = (features, carried);

    /// <summary>Columns that are not used: without an observed training cell, names and numbers of the rows, or as asked.</summary>
    public IReadOnlyList<CarriedColumn> Carried { get; }

    /// <summary>Number of features.</summary>
    internal int Count(FeatureView view) => _features.Sum(feature => feature.Width(view));

    /// <summary>Learns the encoding of all columns but the target.</summary>
    /// <param name="table">The training table.</param>
    /// <param name="target">The label's column; null if there is none.</param>
    /// <param name="ignored">Columns to leave out.</param>
    /// <exception cref="UserInputException">There is no column to learn from.</exception>
    public static FeatureEncoding Learn(Table table, string? target, IReadOnlyList<string>? ignored = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var features = new List<Feature>();
        var carried = new List<CarriedColumn>();
        for (var column = 0; column < table.Columns; column++)
        {
            var name = table.Header[column];
            if (name == target) continue;
            var feature = Feature.Learn(table, column);
            CarriedReason? reason = ignored?.Contains(name) == true ? CarriedReason.Declared
                : feature is null ? CarriedReason.Empty
                : RowNames.IsKey(name, table.Rows, table.Observed(column)) ? CarriedReason.Key
                : feature.Codes is not null ? RowNames.NoLevels(table.Observed(column))
                : null;
            if (reason is { } why) carried.Add(new CarriedColumn(name, why));
            else features.Add(feature!);
        }

        return features.Count > 0
            ? new FeatureEncoding([.. features], carried)
            : throw new UserInputException(
                $"{table.Source}: there is no column with observed cells besides the "
                + $"target{(carried.Count > 0 ? $" that tells rows apart (not used: {CarriedSentence.Listed(carried)})" : "")}; add "
                + "at least one.");
    }

    /// <summary>Encodes a table with the training table's columns in any order; its target column, if any, is not read.</summary>
    /// <param name="table">The table.</param>
    /// <param name="view">What numbers and texts become.</param>
    /// <param name="unseen">Told column, row and text of each category that the training table does not have; such a cell counts as missing.</param>
    /// <exception cref="UserInputException">The columns differ, or a cell of a numeric column is no number.</exception>
    internal EncodedTable Encode(Table table, FeatureView view = default, Action<string, int, string>? unseen = null)
    {
        var positions = TableSchema.Match([.. _features.Select(feature => feature.Name)], table);
        var count = Count(view);
        var values = new float[table.Rows * count];
        var observed = new float[values.Length];
        for (var f = 0; f < _features.Length; f++) _ = table.Notation(positions[f], _features[f].Notation);
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
