using System.Text.RegularExpressions;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// Cells that must stay empty, as those a questionnaire skips: <c>spouse_age | married = no</c>, or a whole column. Conditions are joined
/// by <c>and</c>.
/// </summary>
public sealed partial class KeepEmptyRule
{
    private readonly string _text;
    private readonly Condition[] _conditions;

    private KeepEmptyRule(string text, string column, Condition[] conditions) => (_text, Column, _conditions) = (text, column, conditions);

    /// <summary>The column whose cells stay empty.</summary>
    public string Column { get; }

    /// <summary>The columns that the rule speaks of: its own, and those of its conditions.</summary>
    internal IEnumerable<string> Columns => _conditions.Select(condition => condition.Column).Prepend(Column);

    /// <summary>Reads a rule.</summary>
    /// <exception cref="UserInputException">It is not in the grammar.</exception>
    public static KeepEmptyRule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        var column = Unquoted(bar < 0 ? text : text[..bar]);
        if (column.Length == 0) throw Unreadable(text);
        return new KeepEmptyRule(
            text.Trim(), column,
            bar < 0 ? [] : [.. And().Split(text[(bar + 1)..]).Select(part => Condition.Parse(part) ?? throw Unreadable(text))]);
    }

    /// <summary>Refuses columns that the table does not have.</summary>
    /// <exception cref="UserInputException">The message names the column.</exception>
    public void Check(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        foreach (var name in Columns)
        {
            if (!table.Header.Contains(name))
            {
                throw new UserInputException(
                    $"--keep-empty '{_text}': {table.Source} has no column '{name}'; it has "
                    + $"{string.Join(", ", table.Header.Take(20))}{(table.Columns > 20 ? ", ..." : "")}.");
            }
        }
    }

    /// <summary>Whether the rule's column stays empty in each row; a condition on a missing cell does not hold.</summary>
    internal Func<int, bool> Of(Table table)
    {
        Check(table);
        var header = table.Header.ToList();
        var tests = Array.ConvertAll(_conditions, condition => condition.Of(table, header.IndexOf(condition.Column)));
        return row => Array.TrueForAll(tests, test => test(row));
    }

    /// <inheritdoc />
    public override string ToString() => _text;

    private static string Unquoted(string text) => text.Trim() is ['"', .. var inner, '"'] ? inner : text.Trim();

    private static UserInputException Unreadable(string text) =>
        new(
            $"--keep-empty '{text}' cannot be read; write a column, or a column and conditions, such as \"spouse_age | married = "
            + "no and age >= 18\" (=, !=, <, <=, >, >=).");

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase)]
    private static partial Regex And();

    /// <summary>One comparison of a column with a value.</summary>
    private sealed partial record Condition(string Column, string Operator, string Value)
    {
        internal static Condition? Parse(string text)
        {
            var match = Pattern().Match(text);
            return match.Success
                ? new Condition(
                    Unquoted(match.Groups["column"].Value), match.Groups["operator"].Value, Unquoted(match.Groups["value"].Value))
                : null;
        }

        internal Func<int, bool> Of(Table table, int column)
        {
            var notation = table.Notation(column);
            var level = new LevelNumbers([Value]);
            var bound = notation.TryParse(Value, out var number) || NumberText.TryParse(Value, out number) ? number : double.NaN;
            if (double.IsNaN(bound) && Operator is not ("=" or "!="))
            {
                throw new UserInputException(
                    $"--keep-empty: '{Value}' is no number, and '{Column} {Operator} {Value}' compares numbers; use = or != for texts.");
            }

            return row => !table.IsMissing(row, column) && Holds(table.Text(row, column));

            bool Holds(string text)
            {
                var equal = level.Find(text) == 0 || (notation.TryParse(text, out var value) && value == bound);
                if (Operator is "=" or "!=") return equal == (Operator == "=");
                if (!notation.TryParse(text, out value)) return false;
                return Operator switch
                {
                    "<" => value < bound,
                    "<=" => value <= bound,
                    ">" => value > bound,
                    _ => value >= bound,
                };
            }
        }

        [GeneratedRegex("""^\s*(?<column>"[^"]+"|[^=<>!"]+?)\s*(?<operator>!=|<=|>=|=|<|>)\s*(?<value>.+?)\s*$""")]
        private static partial Regex Pattern();
    }
}
