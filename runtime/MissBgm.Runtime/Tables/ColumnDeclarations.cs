using System.Text.Json.Serialization;

namespace MissBgm.Runtime.Tables;

/// <summary>How the types of columns are found that are not declared.</summary>
public enum TypeDetection
{
    /// <summary>
    /// Texts are binary (two levels) or categorical, 0 and 1 binary, whole numbers integer, others numeric. An order of levels is never
    /// guessed.
    /// </summary>
    Full,

    /// <summary>All numeric, and texts refused.</summary>
    Off,
}

/// <summary>What a user says about a table's columns, by name.</summary>
public sealed record ColumnDeclarations
{
    /// <summary>How the types of undeclared columns are found.</summary>
    public TypeDetection Detection { get; init; }

    /// <summary>Declared columns by name.</summary>
    public IReadOnlyDictionary<string, ColumnDeclaration> Columns { get; init; } = new Dictionary<string, ColumnDeclaration>();

    /// <summary>The same with columns that are carried through, as lists separated by commas.</summary>
    /// <exception cref="UserInputException">The table has no such column.</exception>
    public ColumnDeclarations With(Table table, string? ids, string? ignored)
    {
        ArgumentNullException.ThrowIfNull(table);
        var columns = Columns.ToDictionary(column => column.Key, column => column.Value, StringComparer.Ordinal);
        foreach (var (list, option, role) in new[] { (ids, "--id", ColumnRole.Id), (ignored, "--ignore", ColumnRole.Ignore) })
        {
            // A name may hold a comma itself.
            string[] names = list is null
                ? []
                : table.Header.Contains(list)
                ? [list]
                : list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            foreach (var name in names)
            {
                if (!table.Header.Contains(name))
                {
                    throw new UserInputException(
                        $"{option}: {table.Source} has no column '{name}'; it has "
                        + $"{string.Join(", ", table.Header.Take(20))}{(table.Columns > 20 ? ", ..." : "")}.");
                }
                columns[name] = new ColumnDeclaration { Origin = option, Role = role };
            }
        }

        return this with { Columns = columns };
    }
}

/// <summary>What a user says about one column; what is null is found from the data.</summary>
public sealed record ColumnDeclaration
{
    /// <summary>Where it was said, for messages: a file and a line.</summary>
    [JsonIgnore]
    public string Origin { get; init; } = "the columns' declaration";

    /// <summary>What the values are.</summary>
    public ColumnType? Type { get; init; }

    /// <summary>What the column is for.</summary>
    public ColumnRole? Role { get; init; }

    /// <summary>All levels of a discrete column; in order if it is ordinal.</summary>
    public IReadOnlyList<string>? Levels { get; init; }

    /// <summary>Smallest value a numeric or integer column may take.</summary>
    public double? Minimum { get; init; }

    /// <summary>Largest value a numeric or integer column may take.</summary>
    public double? Maximum { get; init; }
}
