using System.Globalization;
using System.Text.RegularExpressions;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Sensitivity;

/// <summary>
/// A statistic of a completed table: a term such as <c>mean(price)</c>, or the difference of two, such as <c>mean(price | sold = yes) -
/// mean(price | sold = no)</c>. Terms are mean(x), sd(x), median(x), quantile(x, probability) and share(x, number), the share of values
/// above the number; <c>| g = v</c> takes the rows whose column g has the text v. Names with other characters than letters, digits, _ . / :
/// and - stand in double quotes.
/// </summary>
/// <param name="First">The first term.</param>
/// <param name="Second">What is subtracted; null for nothing.</param>
public sealed partial record Statistic(StatisticTerm First, StatisticTerm? Second)
{
    private const string Forms =
        "mean(x), sd(x), median(x), quantile(x, 0.9), share(x, 3.2), each with an optional '| group = value' before the closing "
        + "bracket, or a difference of two";

    /// <summary>The columns whose values count.</summary>
    public IEnumerable<string> Columns => Second is null ? [First.Column] : [First.Column, Second.Column];

    /// <summary>Reads a statistic.</summary>
    /// <exception cref="UserInputException">It is not in the grammar; the message shows where, and the forms there are.</exception>
    public static Statistic Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (first, end) = ParseTerm(text, 0);
        var rest = text[end..].Trim();
        if (rest.Length == 0) return new Statistic(first, null);
        if (rest[0] != '-') throw Unreadable(text, end);
        var (second, last) = ParseTerm(text, text.IndexOf('-', end) + 1);
        if (text[last..].Trim().Length > 0) throw Unreadable(text, last);
        return new Statistic(first, second);
    }

    /// <summary>Refuses columns that are not there, or whose values are no numbers.</summary>
    /// <exception cref="UserInputException">The message names the column.</exception>
    public void Check(Table table, TableSchema schema)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(schema);
        foreach (var term in Second is null ? [First] : new[] { First, Second })
        {
            var column = schema.Columns.FirstOrDefault(c => c.Name == term.Column) ?? throw Unknown(term.Column);
            if (column.IsDiscrete)
            {
                throw new UserInputException(
                    $"column '{term.Column}' holds levels, not numbers, so {term} cannot be computed; name a column of numbers.");
            }
            if (term.Group is { } group && !table.Header.Contains(group)) throw Unknown(group);
        }

        UserInputException Unknown(string name) => new($"{table.Source} has no column '{name}'; there are {string.Join(", ", table.Header)}.");
    }

    /// <summary>
    /// The estimate from a completed table, and its standard error; NaN where none is known (medians and other quantiles).
    /// </summary>
    /// <param name="source">The incomplete table.</param>
    /// <param name="values">A column's completed values, [rows], by its name.</param>
    internal (double Estimate, double StandardError) Evaluate(Table source, Func<string, double[]> values)
    {
        var (estimate, influence) = First.Evaluate(source, values(First.Column));
        if (Second is not null)
        {
            var (subtracted, other) = Second.Evaluate(source, values(Second.Column));
            estimate -= subtracted;
            influence = influence is null || other is null ? null : [.. influence.Zip(other, (a, b) => a - b)];
        }

        return (estimate, influence is null ? double.NaN : Math.Sqrt(influence.Sum(v => v * v)));
    }

    /// <inheritdoc />
    public override string ToString() => Second is null ? First.ToString() : $"{First} - {Second}";

    private static (StatisticTerm Term, int End) ParseTerm(string text, int start)
    {
        var match = TermPattern().Match(text, start);
        if (!match.Success || text[start..match.Index].Trim().Length > 0) throw Unreadable(text, start);
        var kind = Enum.Parse<StatisticKind>(match.Groups["kind"].Value, ignoreCase: true);
        var number = match.Groups["number"];
        var needs = kind is StatisticKind.Quantile or StatisticKind.Share;
        if (needs != number.Success)
        {
            throw new UserInputException(
                $"the statistic '{text}': {match.Groups["kind"].Value} takes {(needs ? "a column and a number" : "a column alone")}; "
                + $"there are {Forms}.");
        }
        var argument = number.Success ? double.Parse(number.Value, CultureInfo.InvariantCulture) : 0;
        if (!double.IsFinite(argument))
        {
            throw new UserInputException($"the statistic '{text}': {number.Value} is beyond all numbers; allowed is up to 1.8e308.");
        }
        if (kind == StatisticKind.Quantile && argument is not (> 0 and < 1))
        {
            throw new UserInputException(
                $"the statistic '{text}': the probability is {argument}; allowed is between 0 and 1.");
        }
        var group = match.Groups["group"];
        return (
            new StatisticTerm(
                kind, Name(match.Groups["column"].Value), argument, group.Success ? Name(group.Value) : null,
                group.Success ? Name(match.Groups["level"].Value) : null),
            match.Index + match.Length);
    }

    private static string Name(string text) => text.StartsWith('"') ? text[1..^1] : text;

    private static UserInputException Unreadable(string text, int at) =>
        new($"the statistic '{text}' cannot be read from '{text[at..].Trim()}' on; there are {Forms}.");

    [GeneratedRegex(
        """(?<kind>mean|sd|median|quantile|share)\s*\(\s*(?<column>"[^"]+"|[\w./:-]+)\s*"""
        + """(,\s*(?<number>[+-]?\d*\.?\d+([eE][+-]?\d+)?)\s*)?"""
        + """(\|\s*(?<group>"[^"]+"|[\w./:-]+)\s*=\s*(?<level>"[^"]*"|[\w./:+-]+)\s*)?\)""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex TermPattern();
}
