namespace MissBgm.Service.Guards;

/// <summary>
/// Bounds what all bodies together hold from when they come until their requests are answered, so that clients that send large bodies almost to their
/// end, and stop, do not fill the memory.
/// </summary>
internal sealed class BodyRoom(ServeOptions options)
{
    private long _held;

    /// <summary>Begins a body; its room is given back when the claim is disposed of.</summary>
    internal Claim Enter() => new(this);

    /// <summary>What a body holds.</summary>
    internal sealed class Claim(BodyRoom room) : IDisposable
    {
        private long _bytes;

        /// <summary>Takes room for bytes that have come.</summary>
        /// <exception cref="Refusal">There is none.</exception>
        internal void Take(int bytes)
        {
            _bytes += bytes;
            if (Interlocked.Add(ref room._held, bytes) <= room.Most) return;
            throw new Refusal(
                StatusCodes.Status429TooManyRequests, "busy",
                $"The bodies of the requests that are being sent or computed fill {room.Most >> 20} MB already; try again in a second.");
        }

        public void Dispose() => Interlocked.Add(ref room._held, -Interlocked.Exchange(ref _bytes, 0));
    }

    private long Most => options.MaximumBodies;
}
