using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace MissBgm.Runtime.Tables;

/// <summary>How the numbers of a column stand as text: with which decimal mark and unit, or as dates. A date's number is days since 1970-01-01.</summary>
public sealed partial record Notation
{
    private const NumberStyles Digits = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Numbers with a decimal point, no thousands separator and no unit.</summary>
    public static Notation Plain { get; } = new();

    /// <summary>The mark between whole part and decimals: a point or a comma.</summary>
    public char Decimal { get; init => field = value == '\0' ? '.' : value; } = '.';

    /// <summary>The mark between groups of digits; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public char? Thousands { get; init; }

    /// <summary>What stands before each number, such as <c>$</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Prefix { get; init; }

    /// <summary>What stands after each number, such as <c>%</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Suffix { get; init; }

    /// <summary>Decimals of every number, as amounts of money have; null where they vary.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Decimals { get; init; }

    /// <summary>The format of dates or times, as .NET writes it; null for numbers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DateFormat { get; init; }

    /// <summary>Whether the column is of dates or times.</summary>
    [JsonIgnore]
    public bool IsDate => DateFormat is not null;

    /// <summary>Whether numbers have a decimal point, and neither separators nor a unit.</summary>
    [JsonIgnore]
    internal bool IsPlain => DateFormat is null && Prefix is null && Suffix is null && Thousands is null && Decimal == '.';

    /// <summary>The unit that stands with each number, without blanks; empty if there is none.</summary>
    [JsonIgnore]
    public string Unit => ((Prefix ?? "") + (Suffix ?? "")).Trim();

    /// <summary>Reads a finite number.</summary>
    public bool TryParse(string text, out double value)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = 0;
        if (DateFormat is not null) return DateNotations.TryParse(text, DateFormat, out value);
        if (IsPlain) return NumberText.TryParse(text, out value);
        if (NumberParts.Of(text) is not { } parts || !IsUnit(parts.Prefix, Prefix) || !IsUnit(parts.Suffix, Suffix)
            || Whole(parts.Body) is not { } digits)
        {
            return false;
        }
        if (!double.TryParse(digits + parts.Exponent, Digits, CultureInfo.InvariantCulture, out value) || !double.IsFinite(value)) return false;
        if (parts.Negative) value = -value;
        return true;
    }

    /// <summary>Writes a number whose text with a decimal point is known, such as <c>-1234.5</c>.</summary>
    internal string Format(string plain)
    {
        if (Prefix is null && Suffix is null && Decimal == '.' && Thousands is null) return plain;
        var negative = plain.StartsWith('-');
        var (body, exponent) = Split(negative ? plain[1..] : plain, 'E');
        var (whole, decimals) = Split(body, '.');
        if (Thousands is { } mark) whole = Groups().Replace(whole, $"$0{mark}");
        return $"{(negative ? "-" : "")}{Prefix}{whole}{decimals.Replace('.', Decimal)}{exponent}{Suffix}";

        static (string, string) Split(string text, char at) =>
            text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var index ? (text[..index], text[index..]) : (text, "");
    }

    // A zero may go without its unit, and some write it with or without a blank.
    private static bool IsUnit(string found, string? expected) => found.Length == 0 || found.Trim() == (expected ?? "").Trim();

    // The digits with a decimal point and without separators; null if the groups are broken.
    private string? Whole(string body)
    {
        var at = body.LastIndexOf(Decimal);
        var (whole, decimals) = at < 0 ? (body, "") : (body[..at], body[(at + 1)..]);
        if (!decimals.All(char.IsAsciiDigit)) return null;
        if (whole.All(char.IsAsciiDigit)) return $"{whole}.{decimals}0";
        if (Thousands is not { } mark || !NumberParts.IsGrouped(whole, mark)) return null;
        return $"{string.Concat(whole.Where(char.IsAsciiDigit))}.{decimals}0";
    }

    [GeneratedRegex(@"\d(?=(\d{3})+$)")]
    private static partial Regex Groups();
}
