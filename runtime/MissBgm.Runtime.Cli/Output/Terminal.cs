using System.Text.Json;
using System.Text.Json.Serialization;
using McMaster.Extensions.CommandLineUtils;
using Spectre.Console;

namespace MissBgm.Runtime.Cli.Output;

/// <summary>Where a command's output goes: results to stdout, as tables or JSON; progress and messages to stderr.</summary>
internal sealed class Terminal(IConsole console, bool json, bool quiet)
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Prints results: the value as JSON, or its table.</summary>
    internal void Result<T>(T value, Func<T, Table> table)
    {
        if (json)
        {
            console.Out.WriteLine(JsonSerializer.Serialize(value, JsonOptions));
            return;
        }

        var ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(console.Out),
            Ansi = console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = InteractionSupport.No,
        });
        if (console.IsOutputRedirected) ansi.Profile.Width = 160;
        ansi.Write(table(value));
    }

    /// <summary>Prints a message.</summary>
    internal void Note(string message)
    {
        if (!quiet) console.Error.WriteLine(message);
    }

    /// <summary>Prints a warning.</summary>
    internal void Warn(string message) => Note($"warning: {message}");

    /// <summary>A line of progress with the time that is left.</summary>
    internal ProgressLine Progress(string title) => new(quiet ? TextWriter.Null : console.Error, title, overwrite: !console.IsErrorRedirected);

    /// <summary>A table of names and values.</summary>
    internal static Table Listing(params ReadOnlySpan<(string Name, string Value)> rows)
    {
        var table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumn("").AddColumn("");
        foreach (var (name, value) in rows) table.AddRow(Markup.Escape(name), Markup.Escape(value));
        return table;
    }
}
