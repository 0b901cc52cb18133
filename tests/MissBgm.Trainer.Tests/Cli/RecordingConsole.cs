using McMaster.Extensions.CommandLineUtils;

namespace MissBgm.Trainer.Tests.Cli;

/// <summary>A console that keeps what is written to it.</summary>
internal sealed class RecordingConsole : IConsole
{
    public event ConsoleCancelEventHandler? CancelKeyPress
    {
        add { }
        remove { }
    }

    public StringWriter Output { get; } = new();

    public StringWriter Messages { get; } = new();

    public TextWriter Out => Output;

    public TextWriter Error => Messages;

    public TextReader In => TextReader.Null;

    public bool IsInputRedirected => true;

    public bool IsOutputRedirected => true;

    public bool IsErrorRedirected => true;

    public ConsoleColor ForegroundColor { get; set; }

    public ConsoleColor BackgroundColor { get; set; }

    public void ResetColor()
    {
    }
}
