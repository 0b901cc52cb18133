using System.Globalization;
using System.Text.RegularExpressions;

namespace MissBgm.Runtime.Tables;

/// <summary>Numbers as text: the invariant culture's, whatever the machine's language.</summary>
internal static partial class NumberText
{
    /// <summary>Reads a finite number.</summary>
    internal static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>Reads a finite number of UTF-8.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>Whether a number is written as a whole one: digits and a sign, no decimal point, no exponent.</summary>
    internal static bool IsWhole(string text) => text.Trim().All(c => char.IsAsciiDigit(c) || c is '+' or '-');

    /// <summary>Whether a text is a number, or meant as one: infinite, with separators or with a unit.</summary>
    internal static bool IsNumberLike(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) || Infinite().IsMatch(text.Trim()) || NumberParts.Of(text) is not null;

    /// <summary>Whether numbers are 0 and 1, both of them and no other.</summary>
    internal static bool AreZeroAndOne(IReadOnlyCollection<string> texts)
    {
        var (zero, one) = (false, false);
        foreach (var text in texts)
        {
            if (!TryParse(text, out var value) || value is not (0.0 or 1.0)) return false;
            zero |= value == 0.0;
            one |= value == 1.0;
        }

        return zero && one;
    }

    /// <summary>Writes the value of a column that is nearest to an imputed one: whole where the column is, within its bounds, a level's text.</summary>
    internal static string Format(double value, ColumnSchema column)
    {
        var nearest = column.Nearest(value);
        if (column.IsDiscrete) return column.Levels![(int)nearest];
        if (column.Notation is not { } notation) return Plain(nearest, column);
        return notation.DateFormat is { } format ? DateNotations.Write(nearest, format)
            : notation.Format(
                notation.Decimals is { } decimals
                    ? Positive(Math.Round(nearest, Math.Min(decimals, 15))).ToString($"F{decimals}")
                    : Plain(nearest, column));
    }

    private static string Plain(double value, ColumnSchema column) =>
        column.Type == ColumnType.Integer ? Positive(value).ToString("F0") : Format(value, column.Scale);

    /// <summary>Writes a value with six digits below its column's standard deviation.</summary>
    internal static string Format(double value, double scale)
    {
        var decimals = 6 - (int)Math.Floor(Math.Log10(scale));
        return decimals is < 0 or > 15 ? value.ToString("G9") : Positive(Math.Round(value, decimals)).ToString("0." + new string('#', decimals));
    }

    internal static UserInputException Failure(Table table, int row, int column, string text)
    {
        var trimmed = text.Trim();
        var (what, mend) = trimmed switch
        {
            _ when Infinite().IsMatch(trimmed) || double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out _) =>
                ("is not a finite number", "correct it, or leave the field empty to have it imputed"),
            _ when NumberParts.Of(trimmed) is not null =>
                ("is a number written otherwise than the column's others", "write all of a column alike, with one decimal mark and one unit"),
            _ => (
                "is not a number",
                "correct it, or declare it with --missing-tokens if it stands for a missing value; to fit a column of texts "
                + $"besides numbers, say so in the configuration of fit (columns: {{{table.Header[column]}: {{type: categorical}}}})"),
        };
        return new UserInputException($"{table.Source}, line {table.Line(row)}, column '{table.Header[column]}': '{text}' {what}; {mend}.");
    }

    // No negative zero.
    private static double Positive(double value) => value == 0 ? 0 : value;

    [GeneratedRegex(@"^[+-]?(inf|infinity|∞)$", RegexOptions.IgnoreCase)]
    private static partial Regex Infinite();
}
