using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using McMaster.Extensions.CommandLineUtils;

namespace MissBgm.CommandLine;

/// <summary>How messages are written.</summary>
public enum LogFormat
{
    /// <summary>For people: on a terminal at most two lines of 100 characters each.</summary>
    Text,

    /// <summary>For programs: one JSON object a line, with <c>time</c>, <c>level</c> and <c>message</c>.</summary>
    Json,
}

/// <summary>What goes to standard error: notes, warnings, errors and progress, for people or as JSON.</summary>
/// <param name="console">The console.</param>
/// <param name="format">How.</param>
/// <param name="verbose">Whether long messages are written whole.</param>
public sealed class MessageLog(IConsole console, LogFormat format = LogFormat.Text, bool verbose = false)
{
    /// <summary>Characters of a line at most.</summary>
    public const int Width = 100;

    /// <summary>Lines of a note or a warning at most.</summary>
    public const int Lines = 2;

    private const string Rest = " ... (--verbose)";
    private static readonly LogJson Json = new(new JsonSerializerOptions(LogJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes a note or a warning; what does not fit two lines is left to <c>--verbose</c>.</summary>
    public void Write(string level, string text)
    {
        var line = $"{level}: {text}";
        if (format == LogFormat.Json) WriteLine(Line(level, text));
        else WriteLine(Wrapped(verbose ? line : Shortened(line)));
    }

    /// <summary>Writes an error, whole: nothing else says what is wrong.</summary>
    public void Error(string text) => WriteLine(format == LogFormat.Json ? Line("error", text) : Wrapped($"error: {text}"));

    /// <summary>What a line of progress is written as.</summary>
    internal string Progress(string text) => format == LogFormat.Json ? Line("progress", text) : text;

    /// <summary>Whether lines of progress are written over one another.</summary>
    internal bool Overwrites => format == LogFormat.Text && !console.IsErrorRedirected;

    /// <summary>A text cut where it has more than two lines' room.</summary>
    public static string Shortened(string text)
    {
        // Where words end a line is not known here: a line may lose a word's length.
        const int room = Lines * Width - 20;
        if (text.Length <= room) return text;
        var end = text.LastIndexOf(' ', room - Rest.Length);
        return text[..(end > 0 ? end : room - Rest.Length)].TrimEnd(',', ';', ':', '.', ' ') + Rest;
    }

    /// <summary>A text in lines that end where words do.</summary>
    public static string InLines(string text, int width)
    {
        var lines = new List<string>();
        var rest = text;
        while (rest.Length > width)
        {
            var end = rest.LastIndexOf(' ', width);
            if (end <= 0) end = rest.IndexOf(' ', StringComparison.Ordinal);
            if (end <= 0) break;
            lines.Add(rest[..end]);
            rest = rest[(end + 1)..];
        }

        return string.Join(Environment.NewLine, [.. lines, rest]);
    }

    // Piped, a message is one line, whatever its length.
    private string Wrapped(string text) => console.IsErrorRedirected ? text : InLines(text, Math.Min(Width, WindowWidth()));

    private static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth is > 20 and var width ? width : Width;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return Width;
        }
    }

    private void WriteLine(string line) => console.Error.WriteLine(line);

    private static string Line(string level, string message) => JsonSerializer.Serialize(
        new LogLine(DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), level, message), Json.LogLine);
}

/// <summary>A message as JSON.</summary>
internal sealed record LogLine(string Time, string Level, string Message);

/// <summary>Generated code that writes it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LogLine))]
internal sealed partial class LogJson : JsonSerializerContext;
