using System.Text;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Tables;

/// <summary>How a table stands in its file, so that the completed table is written the same way.</summary>
public sealed record TableFormat
{
    /// <summary>Comma-separated, line feed, UTF-8, no byte-order mark.</summary>
    public static TableFormat Default { get; } = new();

    /// <summary>The field separator: comma, semicolon, tab or bar.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>The line ending of the header line.</summary>
    public string NewLine { get; init; } = "\n";

    /// <summary>How characters are written.</summary>
    public Encoding Encoding { get; init; } = TextEncoding.Utf8;

    /// <summary>Whether the file begins with a byte-order mark.</summary>
    public bool ByteOrderMark { get; init; }

    /// <summary>Whether the last line is ended.</summary>
    public bool EndsWithNewLine { get; init; } = true;

    /// <summary>The lines before the header, with their ends: comments, or the <c>sep=;</c> that Excel goes by.</summary>
    public string Preamble { get; init; } = "";

    /// <summary>A field's text as it stands between delimiters: quoted where it must be (RFC 4180).</summary>
    internal string Quote(string text) =>
        text.AsSpan().IndexOfAny(Delimiter, '"', '\n') < 0 && !text.Contains('\r', StringComparison.Ordinal)
            ? text
            : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>A raw field's text without its quotes.</summary>
    internal static string Unquote(string raw) =>
        raw.Length >= 2 && raw[0] == '"' && raw[^1] == '"'
            ? raw[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
            : raw;
}
