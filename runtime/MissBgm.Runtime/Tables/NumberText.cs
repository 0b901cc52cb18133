using System.Globalization;
using System.Text.RegularExpressions;

namespace MissBgm.Runtime.Tables;

/// <summary>Numbers as text: the invariant culture's, whatever the machine's language.</summary>
internal static partial class NumberText
{
    /// <summary>Reads a finite number.</summary>
    internal static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>Whether a number is written as a whole one: digits and a sign, no decimal point, no exponent.</summary>
    internal static bool IsWhole(string text) => text.Trim().All(c => char.IsAsciiDigit(c) || c is '+' or '-');

    /// <summary>Writes an imputed value as its column's type asks: whole where the column is.</summary>
    internal static string Format(double value, ColumnSchema column) =>
        column.Type == ColumnType.Integer ? Positive(Math.Round(value, MidpointRounding.ToEven)).ToString("F0") : Format(value, column.Scale);

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
            _ when DecimalComma().IsMatch(trimmed) =>
                ("is not a number: it has a decimal comma", "write numbers with a decimal point, such as 1.5"),
            _ => ("is not a number", "all columns must be numeric; correct it, declare it with --missing-tokens if it stands for a missing value, or leave the column out"),
        };
        return new UserInputException($"{table.Source}, line {table.Line(row)}, column '{table.Header[column]}': '{text}' {what}; {mend}.");
    }

    // No negative zero.
    private static double Positive(double value) => value == 0 ? 0 : value;

    [GeneratedRegex(@"^[+-]?(inf|infinity|∞)$", RegexOptions.IgnoreCase)]
    private static partial Regex Infinite();

    [GeneratedRegex(@"^[+-]?\d*,\d+$")]
    private static partial Regex DecimalComma();
}
