namespace MissBgm.Runtime.Tables;

/// <summary>Finds how the numbers of a column are written, with what the rest of the table says where the column alone does not.</summary>
internal static class NumberNotations
{
    private static readonly char[] Spaces = [' ', '\u00A0', '\u202F', '\'', '’'];

    /// <summary>What a body of digits says about the decimal mark.</summary>
    private enum Says
    {
        Nothing,
        Point,
        Comma,

        /// <summary>1,234: a thousand and more, or a bit above one.</summary>
        PointOrComma,
    }

    /// <summary>The notation in which all of a column's texts are numbers; null if there is none.</summary>
    /// <param name="texts">The observed cells.</param>
    /// <param name="decimalMark">The decimal mark where the column leaves it open.</param>
    /// <param name="open">Whether the column left it open.</param>
    internal static Notation? Find(IReadOnlyList<string> texts, Func<char> decimalMark, out bool open)
    {
        open = false;
        if (texts.All(text => NumberText.TryParse(text, out _)))
        {
            // Points that set off thousands make numbers too: 1.234 beside 12,5 in another column.
            var pointed = texts.Where(text => text.Contains('.', StringComparison.Ordinal)).ToArray();
            if (pointed.Length == 0 || !Array.TrueForAll(pointed, text => NumberParts.IsGrouped(text.Trim().TrimStart('+', '-'), '.'))
                || decimalMark() == '.')
            {
                return Notation.Plain;
            }
        }

        var parts = new NumberParts[texts.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            if (NumberParts.Of(texts[i]) is not { } part) return null;
            parts[i] = part;
        }

        if (One(parts.Select(part => part.Prefix)) is not { } prefix || One(parts.Select(part => part.Suffix)) is not { } suffix
            || (prefix.Trim().Length > 0 && suffix.Trim().Length > 0))
        {
            return null;
        }
        var said = parts.Select(part => Evidence(part.Body)).ToHashSet();
        if (said.Contains(Says.Point) && said.Contains(Says.Comma)) return null;
        open = said.Contains(Says.PointOrComma) && !said.Contains(Says.Point) && !said.Contains(Says.Comma);
        var mark = said.Contains(Says.Point) ? '.' : said.Contains(Says.Comma) ? ',' : open ? decimalMark() : '.';
        var notation = new Notation
        {
            Decimal = mark,
            Thousands = Separator(parts, mark),
            Prefix = prefix.Length == 0 ? null : prefix,
            Suffix = suffix.Length == 0 ? null : suffix,
            Decimals = NumberParts.IsCurrency(prefix + suffix) ? EqualDecimals(parts, mark) : null,
        };
        return texts.All(text => notation.TryParse(text, out _)) ? notation : null;
    }

    /// <summary>The decimal mark that a table's columns give evidence of; null where there is none, or of both.</summary>
    internal static char? Mark(IEnumerable<IReadOnlyList<string>> columns)
    {
        var (point, comma) = (false, false);
        foreach (var texts in columns)
        {
            var parts = texts.Select(NumberParts.Of).ToArray();
            if (!Array.TrueForAll(parts, part => part is not null)) continue;
            foreach (var part in parts)
            {
                var says = Evidence(part!.Value.Body);
                point |= says == Says.Point;
                comma |= says == Says.Comma;
            }
        }

        return (point, comma) switch
        {
            (true, false) => '.',
            (false, true) => ',',
            _ => null,
        };
    }

    private static Says Evidence(string body)
    {
        var (points, commas) = (body.Count(c => c == '.'), body.Count(c => c == ','));
        if (points + commas == 0) return Says.Nothing;
        if (points > 0 && commas > 0) return body.LastIndexOf('.') > body.LastIndexOf(',') ? Says.Point : Says.Comma;
        var mark = points > 0 ? '.' : ',';
        // Several marks of one kind set off thousands, and so does one only where the number could be whole.
        if (points + commas > 1) return mark == '.' ? Says.Comma : Says.Point;
        if (NumberParts.IsGrouped(body, mark)) return Says.PointOrComma;
        return mark == '.' ? Says.Point : Says.Comma;
    }

    private static char? Separator(NumberParts[] parts, char mark)
    {
        var other = mark == '.' ? ',' : '.';
        if (Array.Exists(parts, part => part.Body.Contains(other, StringComparison.Ordinal))) return other;
        var space = Array.Find(Spaces, space => Array.Exists(parts, part => part.Body.Contains(space, StringComparison.Ordinal)));
        return space == default ? null : space;
    }

    private static int? EqualDecimals(NumberParts[] parts, char mark)
    {
        var counts = parts.Select(part => part.Body.LastIndexOf(mark) is >= 0 and var at ? part.Body.Length - at - 1 : 0).Distinct().ToArray();
        return counts.Length == 1 ? counts[0] : null;
    }

    // The one unit of all cells, as the first of them writes it; null if there are several.
    private static string? One(IEnumerable<string> units)
    {
        string? first = null;
        var bare = false;
        foreach (var unit in units)
        {
            bare |= unit.Trim().Length == 0;
            if (first is not null && unit.Trim() != first.Trim()) return null;
            first ??= unit;
        }

        return first is null || bare ? "" : first;
    }
}
