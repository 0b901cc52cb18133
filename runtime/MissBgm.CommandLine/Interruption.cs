using System.Runtime.InteropServices;
using MissBgm.Runtime.Files;

namespace MissBgm.CommandLine;

/// <summary>
/// Turns the first Ctrl-C, SIGTERM or SIGHUP into a request to stop. A command that does not heed it in time is ended, and so is every one
/// by a second signal;
/// no temporary file stays.
/// </summary>
public sealed class Interruption : IDisposable
{
    // What takes long asks for cancellation many times a second; only a single long computation does not.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private Timer? _end;

    /// <summary>Listens from here on.</summary>
    public Interruption() => _registrations =
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The command that is interrupted.</summary>
    internal CommandBase? Running { get; set; }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _end?.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_source.IsCancellationRequested)
        {
            End(evenIfPlaced: true);
            return;
        }

        if (Running is not { EndsInItsOwnTime: true }) _end = new Timer(_ => End(evenIfPlaced: false), null, Patience, Timeout.InfiniteTimeSpan);
        _source.Cancel();
    }

    private void End(bool evenIfPlaced)
    {
        lock (TemporaryFile.Placing)
        {
            // A command whose outputs are in their places is about to end by itself.
            if (TemporaryFile.HavePlaced && !evenIfPlaced) return;
            TemporaryFile.RemoveAll();
            Console.Error.WriteLine(CommandLineHost.CancelledSentence(Running));
            Posix.EndProcess(CommandLineHost.Cancelled);
        }
    }
}
