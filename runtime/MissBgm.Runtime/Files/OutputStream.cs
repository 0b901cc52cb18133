namespace MissBgm.Runtime.Files;

/// <summary>
/// What an output is written to. Whatever the system refuses comes out as a sentence that names the output. Where a file finds no room,
/// what is still written
/// is only counted, so that the sentence, when the file is finished, says how much it needs.
/// </summary>
public sealed class OutputStream : Stream
{
    private const int BrokenPipe = 32;
    private readonly string _name;
    private readonly Lazy<Stream> _stream;
    private long _longest;
    private bool _readerGone;
    private Exception? _refusal;
    private MeasuringStream? _beyond;

    internal OutputStream(string name, Func<Stream> open) => (_name, _stream) = (name, new Lazy<Stream>(open));

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override bool CanSeek => _stream is { IsValueCreated: true, Value.CanSeek: true };

    /// <inheritdoc />
    public override long Length => Guarded(() => Target.Length);

    /// <inheritdoc />
    public override long Position
    {
        get => Guarded(() => Target.Position);
        set => OrCounted(target => target.Position = value);
    }

    /// <summary>How long the output is, or would be, as far as it has been written.</summary>
    internal long Needed => Math.Max(_longest, _beyond?.Length ?? 0);

    private Stream Target => _beyond ?? _stream.Value;

    /// <summary>
    /// Sets bytes of the disk aside for a file that <see cref="WriteAt"/> fills, so that a full disk shows before the work.
    /// </summary>
    /// <exception cref="UserInputException">The output is no file, or the disk has no room.</exception>
    public void Reserve(long bytes) => Guarded(() =>
    {
        var file = File();
        var free = new DriveInfo(Path.GetFullPath(file.Name)).AvailableFreeSpace;
        if (bytes - file.Length > free)
        {
            throw new UserInputException(
                $"{_name} needs {FileSize.Text(bytes - file.Length)}, and {FileSize.Text(free)} of the disk are free; free some, or choose "
                + "another place.");
        }
        _longest = bytes;
        FaultPoint.Pass("set room aside");
        RandomAccess.SetLength(file.SafeFileHandle, bytes);
        return 0;
    });

    /// <summary>Writes bytes at a place in the file; from any number of threads.</summary>
    /// <exception cref="UserInputException">The output is no file, or cannot be written.</exception>
    public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            FaultPoint.Pass("write");
            RandomAccess.Write(File().SafeFileHandle, bytes, offset);
        }
        catch (Exception e) when (FileSize.IsRefusal(e))
        {
            throw Failure(e);
        }
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_readerGone) return;
        var at = CanSeek ? Target.Position : 0;
        try
        {
            if (_beyond is null) FaultPoint.Pass("write");
            Target.Write(buffer);
        }
        catch (Exception e) when (FileSize.IsRefusal(e))
        {
            // Whoever reads a pipe may stop when he has seen enough.
            if (_readerGone = e.HResult == BrokenPipe) return;
            Count(e, at);
            _beyond!.Write(buffer);
        }

        _longest = Math.Max(_longest, at + buffer.Length);
    }

    /// <inheritdoc />
    public override void Flush() => OrCounted(target =>
    {
        if (!_readerGone) target.Flush();
    });

    /// <summary>Brings what is written to the disk, if it is a file, and closes it.</summary>
    internal void Finish()
    {
        Guarded(() =>
        {
            if (_beyond is not null) return 0;
            FaultPoint.Pass("bring it to the disk");
            if (_stream.Value is FileStream { CanSeek: true } file) file.Flush(flushToDisk: true);
            else if (!_readerGone) _stream.Value.Flush();
            _stream.Value.Dispose();
            return 0;
        });
        if (_refusal is not null) throw Failure(_refusal);
    }

    /// <summary>Closes the output, whatever becomes of what was written.</summary>
    internal void Abandon()
    {
        try
        {
            if (_stream.IsValueCreated) _stream.Value.Dispose();
        }
        catch (Exception e) when (FileSize.IsRefusal(e))
        {
            // The output is given up; a full disk has been told by the write that met it.
        }
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin)
    {
        OrCounted(target => target.Seek(offset, origin));
        return Position;
    }

    /// <inheritdoc />
    public override void SetLength(long value) => OrCounted(target => target.SetLength(value));

    private FileStream File() => _stream.Value is FileStream { CanSeek: true } file
        ? file
        : throw new UserInputException($"{_name} is no regular file, and this output is written out of order; name a file.");

    // A file's bytes wait in memory, so whatever touches it may be what finds no room for them.
    private void OrCounted(Action<Stream> work)
    {
        if (!_stream.IsValueCreated) return;
        try
        {
            work(Target);
        }
        catch (Exception e) when (FileSize.IsRefusal(e))
        {
            Count(e, _longest);
            work(_beyond!);
        }
    }

    private void Count(Exception refusal, long at)
    {
        if (!(FileSize.IsFull(refusal) || FileSize.IsBeyondLimit(refusal)) || !CanSeek) throw Failure(refusal);
        _refusal = refusal;
        _beyond = new MeasuringStream(at, _longest);
    }

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (FileSize.IsRefusal(e))
        {
            throw Failure(e);
        }
    }

    private UserInputException Failure(Exception e) => FileSize.Refused(_name, e, Needed > 0 ? FileSize.Text(Needed) : "");
}
