namespace MissBgm.Runtime.Files;

/// <summary>What an output is written to. Whatever the system refuses comes out as a sentence that names the output.</summary>
public sealed class OutputStream : Stream
{
    private const int BrokenPipe = 32;
    private const int NoSpace = 28;
    private const int Quota = 122;
    private readonly string _name;
    private readonly Lazy<Stream> _stream;
    private bool _readerGone;

    internal OutputStream(string name, Func<Stream> open) => (_name, _stream) = (name, new Lazy<Stream>(open));

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override bool CanSeek => _stream is { IsValueCreated: true, Value.CanSeek: true };

    /// <inheritdoc />
    public override long Length => Guarded(() => _stream.Value.Length);

    /// <inheritdoc />
    public override long Position
    {
        get => Guarded(() => _stream.Value.Position);
        set => Guarded(() => _stream.Value.Position = value);
    }

    /// <summary>Sets bytes of the disk aside for a file that <see cref="WriteAt"/> fills, so that a full disk shows before the work.</summary>
    /// <exception cref="UserInputException">The output is no file, or the disk has no room.</exception>
    public void Reserve(long bytes) => Guarded(() =>
    {
        var file = File();
        var free = new DriveInfo(Path.GetFullPath(file.Name)).AvailableFreeSpace;
        if (bytes > free) throw new UserInputException($"{_name} needs {Size(bytes)}, and {Size(free)} of the disk are free; free some, or choose another place.");
        RandomAccess.SetLength(file.SafeFileHandle, bytes);
        return 0;
    });

    /// <summary>Writes bytes at a place in the file; from any number of threads.</summary>
    /// <exception cref="UserInputException">The output is no file, or cannot be written.</exception>
    public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(File().SafeFileHandle, bytes, offset);
        }
        catch (IOException e)
        {
            throw Failure(e);
        }
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            if (!_readerGone) _stream.Value.Write(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever reads a pipe may stop when he has seen enough.
            if (e.HResult != BrokenPipe) throw Failure(e);
            _readerGone = true;
        }
    }

    /// <inheritdoc />
    public override void Flush()
    {
        Guarded(() =>
        {
            if (_stream.IsValueCreated && !_readerGone) _stream.Value.Flush();
            return 0;
        });
    }

    /// <summary>Brings what is written to the disk, if it is a file, and closes it.</summary>
    internal void Finish() => Guarded(() =>
    {
        if (_stream.Value is FileStream { CanSeek: true } file) file.Flush(flushToDisk: true);
        else if (!_readerGone) _stream.Value.Flush();
        _stream.Value.Dispose();
        return 0;
    });

    /// <summary>Closes the output, whatever becomes of what was written.</summary>
    internal void Abandon()
    {
        try
        {
            if (_stream.IsValueCreated) _stream.Value.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The output is given up; a full disk has been told by the write that met it.
        }
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => Guarded(() => _stream.Value.Seek(offset, origin));

    /// <inheritdoc />
    public override void SetLength(long value) => Guarded(() =>
    {
        _stream.Value.SetLength(value);
        return 0;
    });

    private FileStream File() => _stream.Value is FileStream { CanSeek: true } file
        ? file
        : throw new UserInputException($"{_name} is no regular file, and this output is written out of order; name a file.");

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(e);
        }
    }

    private UserInputException Failure(Exception e) => e.HResult is NoSpace or Quota
        ? new UserInputException($"{_name} cannot be written: no space is left on the disk{Written()}. Free some, or choose another place.", e)
        : new UserInputException($"{_name} cannot be written: {e.Message.TrimEnd('.')}. Choose another place.", e);

    private string Written() => _stream.IsValueCreated && _stream.Value is FileStream { CanSeek: true, Position: > 0 } file ? $" after {Size(file.Position)}" : "";

    private static string Size(long bytes) => bytes >= 1 << 20 ? $"{bytes / 1048576.0:0.#} MB" : $"{bytes / 1024.0:0.#} KB";
}
