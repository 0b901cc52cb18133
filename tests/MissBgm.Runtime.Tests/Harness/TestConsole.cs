using McMaster.Extensions.CommandLineUtils;
using MissBgm.CommandLine;
using MissBgm.Runtime.Cli;

namespace MissBgm.Runtime.Tests.Harness;

/// <summary>A console in memory, on which command lines run within the test's process.</summary>
internal sealed class TestConsole : IConsole, IDisposable
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private readonly CancellationTokenSource _interruption = new();

    public event ConsoleCancelEventHandler? CancelKeyPress
    {
        add { }
        remove { }
    }

    public TextWriter Out => _out;

    public TextWriter Error => TextWriter.Synchronized(_error);

    public TextReader In => TextReader.Null;

    public bool IsInputRedirected => true;

    public bool IsOutputRedirected => true;

    public bool IsErrorRedirected => true;

    public ConsoleColor ForegroundColor { get; set; }

    public ConsoleColor BackgroundColor { get; set; }

    /// <summary>What was printed on stdout.</summary>
    internal string Output => _out.ToString();

    /// <summary>What was printed on stderr.</summary>
    internal string Messages => _error.ToString();

    public void ResetColor()
    {
    }

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
        _interruption.Dispose();
    }

    /// <summary>Runs a command line to its exit code.</summary>
    internal int Run(params string[] args) => CommandLineHost.Run<MissBgmApp>(args, this, _interruption.Token);

    /// <summary>Presses Ctrl-C.</summary>
    internal void Interrupt() => _interruption.Cancel();
}
