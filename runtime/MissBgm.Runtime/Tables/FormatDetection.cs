using System.Text;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Tables;

/// <summary>Finds from a text's first lines and its last byte how a table stands in it.</summary>
internal static class FormatDetection
{
    private static readonly char[] Delimiters = [',', ';', '\t', '|'];

    /// <summary>Finds the format; the stream stands at the header line after that.</summary>
    /// <param name="stream">UTF-8 text that can seek.</param>
    /// <param name="encoding">How the file's own characters are written.</param>
    /// <param name="comment">How lines begin that are no rows; null for a <c>#</c>.</param>
    internal static TableFormat Find(Stream stream, Encoding encoding, string? comment)
    {
        if (stream.Length == 0) return TableFormat.Default;
        stream.Seek(-1, SeekOrigin.End);
        var last = stream.ReadByte();
        var start = Encoding.UTF8.GetString(InputFile.Start(stream));
        var bom = start.StartsWith('\uFEFF');
        var (preamble, declared) = Preamble(bom ? start[1..] : start, comment);
        stream.Position = (bom ? 3 : 0) + Encoding.UTF8.GetByteCount(preamble);
        var (header, end) = Line(start[((bom ? 1 : 0) + preamble.Length)..]);
        return new TableFormat
        {
            Delimiter = declared ?? Delimiters.MaxBy(delimiter => Count(header, delimiter)),
            NewLine = end.Length == 0 ? "\n" : end,
            Encoding = encoding,
            ByteOrderMark = bom,
            EndsWithNewLine = last is '\n' or '\r',
            Preamble = preamble,
        };
    }

    // The lines before the header. A line that begins with # may be the header itself: it is if the next one has as many fields.
    private static (string Lines, char? Delimiter) Preamble(string text, string? comment)
    {
        var (length, delimiter) = (0, (char?)null);
        while (length < text.Length)
        {
            var (line, end) = Line(text[length..]);
            var next = length + line.Length + end.Length;
            var isSeparator = length == 0 && line.Trim() is ['s', 'e', 'p', '=', var mark] && (delimiter = mark) is not null;
            var blank = line.Trim().Length == 0 && length > 0;
            if (!isSeparator && !blank && !(comment is not null ? line.StartsWith(comment, StringComparison.Ordinal) : IsComment(line, text[next..]))) break;
            length = next;
        }

        return (text[..length], delimiter);
    }

    private static bool IsComment(string line, string rest)
    {
        if (!line.StartsWith('#')) return false;
        if (line.Length == 1 || line[1] is ' ' or '#' or '!' or '\t') return true;
        string next;
        do
        {
            var (found, end) = Line(rest);
            (next, rest) = (found, rest[(found.Length + end.Length)..]);
        }
        while (next.StartsWith('#') && rest.Length > 0);
        return Delimiters.Max(delimiter => Count(next, delimiter)) != Delimiters.Max(delimiter => Count(line, delimiter));
    }

    private static int Count(string line, char delimiter)
    {
        var (count, quoted) = (0, false);
        foreach (var c in line)
        {
            if (c == '"') quoted = !quoted;
            else if (c == delimiter && !quoted) count++;
        }

        return count;
    }

    // Up to a line end that no quotes enclose.
    private static (string Text, string End) Line(string text)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') quoted = !quoted;
            if (quoted || text[i] is not ('\n' or '\r')) continue;
            return (text[..i], text[i] == '\n' ? "\n" : i + 1 < text.Length && text[i + 1] == '\n' ? "\r\n" : "\r");
        }

        return (text, "");
    }
}
