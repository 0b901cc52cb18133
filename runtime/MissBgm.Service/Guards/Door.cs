using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace MissBgm.Service.Guards;

/// <summary>
/// Where connections come in. Kestrel stops listening and serving in one step, and closing a listening socket resets the connections that wait
/// in it: a request that is on its way then is lost. This door lets nobody else in first, then takes in who stands before it, and is shut when
/// all who are in have their answers.
/// </summary>
internal sealed class Door : IConnectionListenerFactory
{
    // So many beyond those that may be in are let in to be refused; the rest wait before the door, where they are no open files.
    private const int Refused = 16;

    private readonly SocketTransportFactory _transport;
    private readonly int _most;
    private readonly List<Socket> _sockets = [];
    private readonly List<Listener> _listeners = [];
    private int _inside;

    public Door(ILoggerFactory loggers, ServeOptions options)
    {
        _most = OpenFiles.Connections(options.Connections) + Refused;
        _transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions
            {
                CreateBoundListenSocket = endpoint =>
                {
                    var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
                    _sockets.Add(socket);
                    return socket;
                },
            }),
            loggers);
    }

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = new Listener(this, await _transport.BindAsync(endpoint, cancellationToken));
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Lets nobody else in, and waits until all who are in have left, or for so long.</summary>
    internal async Task ShutAsync(TimeSpan patience)
    {
        foreach (var socket in _sockets) RefuseNewcomers(socket);
        var end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        async Task UntilAsync(Func<bool> holds)
        {
            while (!holds() && Environment.TickCount64 < end) await Task.Delay(10);
        }

        await UntilAsync(() => !_sockets.Exists(socket => socket.Poll(0, SelectMode.SelectRead)));
        foreach (var listener in _listeners) await listener.UnbindAsync();
        await UntilAsync(() => Volatile.Read(ref _inside) == 0);
    }

    // A socket filter (classic BPF) of one instruction that takes nothing of a packet: what asks for a connection is as if lost on the way, and
    // asks again in a second, when nobody listens any more and it is refused in order. What stands in the queue stays there to be accepted.
    // Elsewhere than on Linux the queue is lost.
    private static void RefuseNewcomers(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return;
        const int socketLevel = 1, attachFilter = 26;
        const ushort returnConstant = 0x06;
        byte[] instruction = new byte[8];
        MemoryMarshal.Write(instruction, returnConstant);
        var pinned = GCHandle.Alloc(instruction, GCHandleType.Pinned);
        try
        {
            // struct sock_fprog: the number of instructions, and at byte 8 where they stand.
            Span<byte> program = stackalloc byte[16];
            program.Clear();
            MemoryMarshal.Write(program, (ushort)1);
            MemoryMarshal.Write(program[8..], (long)pinned.AddrOfPinnedObject());
            socket.SetRawSocketOption(socketLevel, attachFilter, program);
        }
        catch (SocketException)
        {
            // A sandbox may forbid it.
        }
        finally
        {
            pinned.Free();
        }
    }

    private sealed class Listener(Door door, IConnectionListener listener) : IConnectionListener
    {
        private int _unbound;

        public EndPoint EndPoint => listener.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (Volatile.Read(ref door._inside) >= door._most && Volatile.Read(ref _unbound) == 0) await Task.Delay(10, cancellationToken);
            var connection = await listener.AcceptAsync(cancellationToken);
            if (connection is null) return null;
            Interlocked.Increment(ref door._inside);
            connection.ConnectionClosed.UnsafeRegister(_ => Interlocked.Decrement(ref door._inside), null);
            return connection;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) =>
            Interlocked.Exchange(ref _unbound, 1) == 0 ? listener.UnbindAsync(cancellationToken) : ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => listener.DisposeAsync();
    }
}
