namespace MissBgm.Runtime.Models;

/// <summary>
/// Counts the uses of something that any number of threads use, so that it can be closed meanwhile: nobody new comes in, and the last one
/// out frees it.
/// </summary>
/// <param name="owner">What it is, for messages.</param>
/// <param name="free">Frees it.</param>
internal sealed class SharedUse(object owner, Action free)
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _closed;

    /// <summary>Begins a use, which ends when what is returned is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    internal Use Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, owner);
            _users++;
            return new Use(this);
        }
    }

    /// <summary>Closes it; what is in progress goes on to its end.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            if (_closed) return;
            _closed = true;
            if (_users > 0) return;
        }

        free();
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_users > 0 || !_closed) return;
        }

        free();
    }

    /// <summary>A use in progress.</summary>
    internal readonly struct Use(SharedUse shared) : IDisposable
    {
        public void Dispose() => shared.Leave();
    }
}
