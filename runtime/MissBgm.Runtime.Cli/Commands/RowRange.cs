using System.Globalization;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary>The option <c>--rows a:b</c>: 0-based, half-open; either side may be left out.</summary>
internal static class RowRange
{
    internal static (int First, int? End) Parse(string? text)
    {
        if (text is null) return (0, null);
        var parts = text.Split(':');
        if (parts.Length == 2 && Bound(parts[0], out var first) && Bound(parts[1], out var end)) return (first ?? 0, end);
        throw new UserInputException($"--rows is '{text}'; allowed is first:end, such as 0:512, counted from 0, the end not included.");
    }

    private static bool Bound(string text, out int? value)
    {
        value = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return value is not null || text.Length == 0;
    }
}
