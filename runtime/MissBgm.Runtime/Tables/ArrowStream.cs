using System.Buffers.Binary;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// An Arrow file as the library reads it, which believes what a file says of its parts and takes memory for them. Before each message stands its length
/// in four bytes; nothing else that is read has four bytes, since messages and what follows them are padded to eight. So what is read next is a
/// message, or after the length near its end the file's footer.
/// </summary>
/// <param name="stream">The file.</param>
internal sealed class ArrowStream(Stream stream) : Stream
{
    // Behind the footer stand its length and "ARROW1".
    private const int AfterFooter = sizeof(int) + 6;

    // Stands before the length (Arrow's columnar format, "Encapsulated message format").
    private const int Continuation = -1;

    private FlatTable? _next;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => stream.Length;

    public override long Position
    {
        get => stream.Position;
        set
        {
            if (value < 0 || value > Length) throw TooLong();
            stream.Position = value;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var place = stream.Position;
        var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (_next is { } type)
        {
            _next = null;
            FlatBufferCheck.Require(buffer[..read], type);
        }
        else if (read == sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(buffer) is var length && length != Continuation)
        {
            if (length < 0 || length > Length) throw TooLong();
            if (length > 0) _next = place == Length - AfterFooter ? ArrowStructures.Footer : ArrowStructures.Message;
        }

        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private static InvalidDataException TooLong() => new("a part of it is longer than the file");
}
