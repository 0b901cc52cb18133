namespace MissBgm.Runtime.Tables;

/// <summary>How a table stands in its file, so that the completed table is written the same way.</summary>
public sealed record TableFormat
{
    /// <summary>Comma-separated, line feed, no byte-order mark.</summary>
    public static TableFormat Default { get; } = new();

    /// <summary>The field separator: comma, semicolon or tab.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>The line ending of the header line.</summary>
    public string NewLine { get; init; } = "\n";

    /// <summary>Whether the file begins with a UTF-8 byte-order mark.</summary>
    public bool ByteOrderMark { get; init; }

    /// <summary>Whether the last line is ended.</summary>
    public bool EndsWithNewLine { get; init; } = true;

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
