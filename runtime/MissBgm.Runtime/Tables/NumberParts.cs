using System.Text.RegularExpressions;

namespace MissBgm.Runtime.Tables;

/// <summary>A text taken apart as a number with a unit.</summary>
/// <param name="Negative">A minus sign, or brackets as accountants set them.</param>
/// <param name="Prefix">What stands before the digits, with its blanks.</param>
/// <param name="Body">Digits with their separators.</param>
/// <param name="Exponent">Such as <c>e-5</c>; empty for none.</param>
/// <param name="Suffix">What stands after the digits, with its blanks.</param>
internal readonly partial record struct NumberParts(bool Negative, string Prefix, string Body, string Exponent, string Suffix)
{
    private static readonly HashSet<string> Currencies = new(StringComparer.Ordinal)
    {
        "$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₪", "₫", "₦", "₴", "฿", "US$", "R$", "C$", "A$", "NZ$", "HK$", "S$", "kr", "kr.", "Kč",
        "zł", "Ft", "lei", "Rs", "Rs.", "Fr.", "SFr.",
        "USD", "EUR", "GBP", "JPY", "CHF", "CNY", "RMB", "INR", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN",
        "TRY", "RUB", "UAH", "BRL", "MXN", "ARS", "CLP", "COP",
        "ZAR", "KRW", "SGD", "HKD", "TWD", "THB", "IDR", "MYR", "PHP", "VND", "ILS", "AED", "SAR", "EGP", "NGN", "KES",
    };

    /// <summary>Takes a text apart; null if it is no number with a currency before it, or a unit after it.</summary>
    internal static NumberParts? Of(string text)
    {
        var match = Pattern().Match(text.Trim());
        if (!match.Success) return null;
        var (prefix, suffix) = (match.Groups["prefix"].Value, match.Groups["suffix"].Value);
        if (prefix.Trim() is { Length: > 0 } currency && !Currencies.Contains(currency)) return null;
        var brackets = match.Groups["open"].Length > 0;
        if (brackets != match.Groups["close"].Length > 0) return null;
        var negative = brackets ^ match.Groups["sign"].Captures.Any(sign => sign.Value is "-" or "−");
        return match.Groups["sign"].Captures.Count > 1
            ? null
            : new NumberParts(negative, prefix, match.Groups["body"].Value, match.Groups["exponent"].Value, suffix);
    }

    /// <summary>Whether an amount of money: decimals are then as many in all of a column.</summary>
    internal static bool IsCurrency(string unit) => Currencies.Contains(unit.Trim());

    /// <summary>Whether digits stand in groups of three, or as in India of two and a last one of three.</summary>
    internal static bool IsGrouped(string whole, char mark)
    {
        var groups = whole.Split(mark);
        if (groups.Length < 2 || groups[0].Length is 0 or > 3 || groups[0][0] == '0' || groups[^1].Length != 3
            || !groups.All(group => group.All(char.IsAsciiDigit)))
        {
            return false;
        }
        return groups[1..].All(group => group.Length == 3) || (mark == ',' && groups[0].Length <= 2 && groups[1..^1].All(group => group.Length == 2));
    }

    [GeneratedRegex(
        @"^(?<open>\()?\s*(?<sign>[-+−])?(?<prefix>[^\d\s.,()+−-]{0,4}\s?)(?<sign>[-+−])?"
        + @"(?<body>\d[\d.,'’ \u00A0\u202F]*(?<=\d)|[.,]\d+|\d+[.,])(?<exponent>[eE][+-]?\d+)?"
        + @"(?<suffix>\s?[%‰°\p{L}\p{Sc}µμ²³/·^]{0,10}\.?)(?<close>\))?$")]
    private static partial Regex Pattern();
}
