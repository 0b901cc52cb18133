using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime.Cli.Output;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary>What all commands share: output options, exit codes, cancellation.</summary>
[HelpOption("-h|--help")]
internal abstract class CommandBase
{
    [Option("--json", "Print results as JSON.", CommandOptionType.NoValue)]
    public bool Json { get; set; }

    [Option("--quiet", "Print no progress and no messages, errors aside.", CommandOptionType.NoValue)]
    public bool Quiet { get; set; }

    internal int OnExecute(IConsole console)
    {
        using var cancellation = new CancellationTokenSource();
        void Cancel(object? sender, ConsoleCancelEventArgs e)
        {
            e.Cancel = true;
            cancellation.Cancel();
        }

        console.CancelKeyPress += Cancel;
        try
        {
            Run(new Terminal(console, Json, Quiet), cancellation.Token);
            return 0;
        }
        catch (MissBgmException e)
        {
            console.Error.WriteLine($"error: {e.Message}");
            return e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            console.Error.WriteLine("cancelled: nothing was written.");
            return 130;
        }
        finally
        {
            console.CancelKeyPress -= Cancel;
        }
    }

    /// <summary>Does the command's work.</summary>
    protected abstract void Run(Terminal terminal, CancellationToken cancellation);
}
