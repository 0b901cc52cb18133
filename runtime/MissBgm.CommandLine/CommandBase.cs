using McMaster.Extensions.CommandLineUtils;

namespace MissBgm.CommandLine;

/// <summary>A command of a program: its options are properties with attributes.</summary>
public abstract class CommandBase
{
    /// <summary>Whether results are printed as JSON.</summary>
    [Option("--json", "Print results as JSON.", CommandOptionType.NoValue)]
    public bool Json { get; set; }

    /// <summary>Whether only errors are printed besides results.</summary>
    [Option("--quiet", "Print no progress and no messages, errors aside.", CommandOptionType.NoValue)]
    public bool Quiet { get; set; }

    /// <summary>Whether details are printed, and long messages whole.</summary>
    [Option("--verbose", "Print details, and long messages whole.", CommandOptionType.NoValue)]
    public bool Verbose { get; set; }

    /// <summary>How messages are written.</summary>
    [Option("--log <FORMAT>", "Messages as text or json, one object a line (default text).", CommandOptionType.SingleValue)]
    public LogFormat Log { get; set; }

    /// <summary>What a cancelled run leaves behind, in a few words.</summary>
    protected internal virtual string LeftBehind => "nothing was written";

    /// <summary>
    /// Whether a cancelled run keeps what it has done, and takes its time for that; others are ended where they do not end soon.
    /// </summary>
    protected internal virtual bool EndsInItsOwnTime => false;

    /// <summary>Told that the command begins; gives what ends it early.</summary>
    internal Func<CancellationToken> Begin { get; set; } = () => CancellationToken.None;

    /// <summary>Called by the command line's library.</summary>
    public int OnExecute(IConsole console)
    {
        Run(new Terminal(console, Json, Quiet, Verbose, Log), Begin());
        return 0;
    }

    /// <summary>Does the command's work.</summary>
    /// <param name="terminal">Where results and messages go.</param>
    /// <param name="cancellation">Ends the run early.</param>
    protected abstract void Run(Terminal terminal, CancellationToken cancellation);
}
