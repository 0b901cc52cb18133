namespace MissBgm.Runtime.Files;

/// <summary>Keeps nothing of what is written to it but how long it would be.</summary>
/// <param name="position">Where it goes on.</param>
/// <param name="length">How long it is so far.</param>
internal sealed class MeasuringStream(long position, long length) : Stream
{
    private long _length = Math.Max(position, length);

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get; set; } = position;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Position += buffer.Length;
        _length = Math.Max(_length, Position);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void SetLength(long value) => _length = value;

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => _length };

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
