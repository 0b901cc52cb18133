using MissBgm.Runtime;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Configuration;

/// <summary>Reads what a configuration says about a table's columns, and checks it against the table.</summary>
public static class ColumnDeclarationReader
{
    private static readonly NumberRange Finite = NumberRange.Closed(double.MinValue, double.MaxValue);
    private static readonly string[] Types = [.. Enum.GetNames<ColumnType>().Select(name => name.ToLowerInvariant())];
    private static readonly string[] Roles = ["both", "predict-only", "impute-only", "id", "ignore"];
    private static readonly string[] Bounds = ["minimum", "maximum"];

    /// <summary>Refuses declarations of columns that a table does not have.</summary>
    /// <exception cref="UserInputException">There is one; the message gives its line and the name that was probably meant.</exception>
    public static void RequireKnown(ColumnDeclarations declarations, Table table)
    {
        ArgumentNullException.ThrowIfNull(declarations);
        ArgumentNullException.ThrowIfNull(table);
        foreach (var (name, column) in declarations.Columns)
        {
            if (!table.Header.Contains(name, StringComparer.Ordinal))
            {
                throw new UserInputException($"{column.Origin}: {table.Source} has no column '{name}'.{Suggestion.For(name, table.Header)} "
                    + $"Its columns: {string.Join(", ", table.Header.Take(20))}{(table.Columns > 20 ? ", ..." : "")}.");
            }
        }
    }

    /// <summary>Reads the keys <c>columns</c> and <c>column_types</c>.</summary>
    internal static ColumnDeclarations Read(YamlSection yaml)
    {
        var detection = yaml.Choice("column_types", "detect", ["detect", "numeric"]) == "numeric" ? TypeDetection.Off : TypeDetection.Full;
        var section = yaml.Section("columns");
        return new ColumnDeclarations
        {
            Detection = detection,
            Columns = section.Keys().ToDictionary(name => name, name => ReadColumn(section.Section(name), section.Place(name)), StringComparer.Ordinal),
        };
    }

    private static ColumnDeclaration ReadColumn(YamlSection yaml, string place)
    {
        ColumnRole? role = yaml.Has("role")
            ? Enum.Parse<ColumnRole>(yaml.Choice("role", "", Roles).Replace("-", "", StringComparison.Ordinal), ignoreCase: true)
            : null;
        ColumnType? type = yaml.Has("type") ? Enum.Parse<ColumnType>(yaml.Choice("type", "", Types), ignoreCase: true) : null;
        var levels = ReadLevels(yaml);
        var (minimum, maximum) = (ReadBound(yaml, "minimum"), ReadBound(yaml, "maximum"));
        if (levels is not null)
        {
            type ??= levels.Count == 2
                ? ColumnType.Binary
                : throw yaml.Fault("levels", "needs 'type' beside it: ordinal if the levels are in their order, else categorical");
        }
        var discrete = type is ColumnType.Binary or ColumnType.Ordinal or ColumnType.Categorical;
        if (type == ColumnType.Ordinal && levels is null)
        {
            throw yaml.Fault("type", "is ordinal, which needs 'levels' beside it, in their order, such as levels: [low, medium, high]");
        }
        if (levels is not null && !discrete) throw yaml.Fault("levels", "is for binary, ordinal and categorical columns; numbers take minimum and maximum");
        if (type == ColumnType.Binary && levels is { Count: not 2 }) throw yaml.Fault("levels", $"lists {levels.Count} levels; a binary column has two");
        foreach (var bound in Bounds.Where(yaml.Has))
        {
            if (discrete) throw yaml.Fault(bound, "is for numeric and integer columns; others take levels");
        }

        if (minimum >= maximum) throw yaml.Fault("maximum", $"is {maximum}, not above the minimum {minimum}");
        if (role is ColumnRole.Id or ColumnRole.Ignore && (type is not null || minimum is not null || maximum is not null))
        {
            throw yaml.Fault("role", "carries the column through untouched, so nothing else can be said of it");
        }

        return new ColumnDeclaration { Origin = place, Role = role, Type = type, Levels = levels, Minimum = minimum, Maximum = maximum };
    }

    private static IReadOnlyList<string>? ReadLevels(YamlSection yaml)
    {
        if (!yaml.Has("levels")) return null;
        var levels = yaml.Words("levels", []);
        if (levels.Count < 2) throw yaml.Fault("levels", "must list two levels at least");
        return levels.GroupBy(level => level.Trim(), StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw yaml.Fault("levels", $"lists '{twice.Key}' twice")
            : levels;
    }

    private static double? ReadBound(YamlSection yaml, string key) => yaml.Has(key) ? yaml.Number(key, 0, Finite) : null;
}
