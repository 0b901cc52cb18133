using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using McMaster.Extensions.CommandLineUtils;
using Spectre.Console;

namespace MissBgm.CommandLine;

/// <summary>Where a command's output goes: results to stdout, as text or JSON; progress and messages to stderr.</summary>
/// <param name="console">The console.</param>
/// <param name="json">Whether results are JSON.</param>
/// <param name="quiet">Whether there are no messages but errors.</param>
/// <param name="verbose">Whether details are printed, and long messages whole.</param>
/// <param name="log">How messages are written.</param>
public sealed class Terminal(IConsole console, bool json, bool quiet, bool verbose = false, LogFormat log = LogFormat.Text)
{
    // A pipe has no width: cells are wrapped only where they are very long.
    private const int PipedWidth = 160;

    private readonly MessageLog _messages = new(console, log, verbose);
    private Action _clear = () => { };
    private bool _outputIsTaken;

    private TextWriter Results => !_outputIsTaken ? console.Out : quiet ? TextWriter.Null : console.Error;

    private bool IsRedirected => _outputIsTaken ? console.IsErrorRedirected : console.IsOutputRedirected;

    /// <summary>Leaves standard output to a file that is written there: results go where messages go.</summary>
    public void LeaveStandardOutput() => _outputIsTaken = true;

    /// <summary>Prints a result: the value as JSON, by generated code, or its table.</summary>
    public void Result<T>(T value, JsonTypeInfo<T> type, Func<T, Table> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (json) Results.WriteLine(JsonSerializer.Serialize(value, type));
        else Show(table(value));
    }

    /// <summary>Prints a result: the value as JSON, by generated code, or a text.</summary>
    public void Result<T>(T value, JsonTypeInfo<T> type, Func<T, string> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Results.WriteLine(json ? JsonSerializer.Serialize(value, type) : text(value));
    }

    /// <summary>Prints a result: the value as JSON, by reflection, or its table.</summary>
    [RequiresUnreferencedCode(ReflectedJson.Why)]
    [RequiresDynamicCode(ReflectedJson.Why)]
    public void Result<T>(T value, Func<T, Table> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (json) Results.WriteLine(ReflectedJson.Write(value));
        else Show(table(value));
    }

    /// <summary>Prints a result: the value as JSON, by reflection, or a text.</summary>
    [RequiresUnreferencedCode(ReflectedJson.Why)]
    [RequiresDynamicCode(ReflectedJson.Why)]
    public void Result<T>(T value, Func<T, string> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Results.WriteLine(json ? ReflectedJson.Write(value) : text(value));
    }

    /// <summary>Prints a note, in at most two lines unless the command is verbose.</summary>
    public void Note(string message) => Message("note", message);

    /// <summary>Prints a warning, in at most two lines unless the command is verbose.</summary>
    public void Warn(string message) => Message("warning", message);

    /// <summary>Prints what only a verbose command says.</summary>
    public void Detail(string message)
    {
        if (verbose) Message("detail", message);
    }

    /// <summary>A line of progress with the time that is left.</summary>
    public ProgressLine Progress(string title)
    {
        var line = new ProgressLine(quiet ? TextWriter.Null : console.Error, title, _messages.Overwrites, _messages.Progress);
        _clear = line.Clear;
        return line;
    }

    /// <summary>A table of names and values.</summary>
    public static Table Listing(params ReadOnlySpan<(string Name, string Value)> rows)
    {
        var table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumn("").AddColumn("");
        foreach (var (name, value) in rows) table.AddRow(Markup.Escape(name), Markup.Escape(value));
        return table;
    }

    private void Message(string level, string text)
    {
        if (quiet) return;
        _clear();
        _messages.Write(level, text);
    }

    /// <summary>Prints a table that is a part of a result.</summary>
    public void Show(Table table)
    {
        var ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Results),
            Ansi = IsRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = InteractionSupport.No,
        });
        if (IsRedirected) ansi.Profile.Width = PipedWidth;
        ansi.Write(table);
    }
}
