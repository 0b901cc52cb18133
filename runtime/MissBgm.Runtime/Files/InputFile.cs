using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.IO;
using ZstdSharp;

namespace MissBgm.Runtime.Files;

/// <summary>
/// Opens what is to be read: a file, a pipe, a FIFO, a device, or <c>-</c> for standard input; packed with gzip or Zstandard or not. What
/// comes out can seek: a regular file is
/// read where it lies, everything else is held in memory.
/// </summary>
public static class InputFile
{
    private const int StartLength = 1 << 16;
    private static readonly RecyclableMemoryStreamManager Blocks = new(new RecyclableMemoryStreamManager.Options { MaximumSmallPoolFreeBytes = 1 << 20 });

    /// <summary>What messages call the input of a path.</summary>
    public static string Name(string path) => path is "-" or "/dev/stdin" ? "standard input" : path;

    /// <summary>Opens an input.</summary>
    /// <exception cref="UserInputException">There is no such file, it may not be read, it is packed and damaged, or it is too long for
    /// memory.</exception>
    public static Stream Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            var raw = OpenRaw(path);
            var seekable = raw.CanSeek ? raw : Held(raw, path, refuseBinary: true);
            return Unpacked(seekable, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"{Name(path)} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>A short text in UTF-8, such as a configuration.</summary>
    /// <param name="path">A file or a pipe.</param>
    /// <param name="most">How many bytes it may have.</param>
    /// <exception cref="UserInputException">There is no such file, it may not be read, it is longer than that, or no UTF-8.</exception>
    public static string ReadText(string path, int most)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using var stream = OpenRaw(path);
            var bytes = new byte[most + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > most) throw new UserInputException($"{Name(path)} is longer than {FileSize.Text(most)}; it must be a short text.");
            if (bytes.AsSpan(0, length).Contains((byte)0)) throw new UserInputException($"{Name(path)} is no text: it holds zero bytes.");
            return TextEncoding.Utf8.GetString(bytes.AsSpan(0, length)).TrimStart('\uFEFF');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"{Name(path)} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
        catch (ArgumentException e)
        {
            throw new UserInputException($"{Name(path)} is no text in UTF-8.", e);
        }
    }

    /// <summary>Lower-case hexadecimal SHA-256 of a regular file; null for anything else, whose bytes come but once.</summary>
    public static string? Hash(string path)
    {
        if (Name(path) != path || Posix.Kind(path) != PathKind.File || path.StartsWith("/dev/", StringComparison.Ordinal)) return null;
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>The first bytes of a stream that can seek, up to 64 KiB; the stream stands at its beginning after that.</summary>
    internal static byte[] Start(Stream stream)
    {
        stream.Position = 0;
        var start = new byte[StartLength];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return start[..length];
    }

    private static Stream OpenRaw(string path)
    {
        if (Name(path) != path)
        {
            return Posix.IsInherited(0)
                ? Console.OpenStandardInput()
                : throw new UserInputException("Standard input is closed, so nothing can be read from it; name a file.");
        }
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new UserInputException("An input has an empty path; name a file, or - for standard input.");
        }
        return Posix.Kind(path) switch
        {
            PathKind.Folder => throw new UserInputException($"{path} is a folder; name a file."),
            PathKind.Other => throw new UserInputException($"{path} is a disk or a socket; name a file."),
            PathKind.Nothing when new FileInfo(path).LinkTarget is { } target =>
                throw new UserInputException($"{path}: a symbolic link to {target}, where there is no file."),
            PathKind.Nothing => throw new UserInputException($"{path}: no such file."),
            _ => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16),
        };
    }

    private static Stream Unpacked(Stream stream, string path)
    {
        var start = Start(stream);
        Stream? unpacking = ContentKind.IsGzip(start) ? new GZipStream(stream, CompressionMode.Decompress)
            : ContentKind.IsZstandard(start) ? new DecompressionStream(stream)
            : null;
        if (unpacking is null) return stream;
        try
        {
            using (stream)
            using (unpacking)
            {
                var held = Held(unpacking, path, refuseBinary: false, packed: stream.Length);
                if (unpacking is GZipStream) RequireWhole(stream, held.Length);
                return held;
            }
        }
        catch (Exception e) when (e is InvalidDataException or ZstdException or EndOfStreamException)
        {
            throw new UserInputException($"{Name(path)} is packed, and damaged or cut off ({e.Message.TrimEnd('.')}); copy it again.", e);
        }
    }

    // The unpacker takes the end of a file for the end of what was packed. Each part of a gzip file ends with its length.
    private static void RequireWhole(Stream packed, long length)
    {
        Span<byte> end = stackalloc byte[4];
        packed.Seek(-4, SeekOrigin.End);
        packed.ReadExactly(end);
        var said = BinaryPrimitives.ReadUInt32LittleEndian(end);
        if (said == (uint)length) return;
        packed.Position = 1;
        var parts = 0;
        for (int before = 0, now; (now = packed.ReadByte()) >= 0; before = before << 8 | now) parts += (before & 0xFFFF) == 0x1F8B && now == 8 ? 1 : 0;
        if (parts == 0 || said > length) throw new InvalidDataException("its end is missing");
    }

    // In blocks, for a stream of one array would hold everything twice whenever it grows.
    private static RecyclableMemoryStream Held(Stream stream, string path, bool refuseBinary, long? packed = null)
    {
        var (likely, most) = (packed is { } size ? UnpackedLimit.Of(size) : long.MaxValue, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);
        var held = Blocks.GetStream();
        try
        {
            var block = new byte[StartLength];
            for (int read; (read = stream.ReadAtLeast(block, block.Length, throwOnEndOfStream: false)) > 0;)
            {
                // A device may go on for ever.
                if (held.Length == 0 && refuseBinary) ContentKind.RefuseNoise(block.AsSpan(0, read), Name(path));
                if (held.Length + read > likely) throw UnpackedLimit.Exceeded(Name(path), packed!.Value);
                if (held.Length + read > most)
                {
                    throw new UserInputException(
                        $"{Name(path)} is longer than {most >> 20} MB, as much as memory holds of what is packed or piped; give an "
                        + "unpacked file.");
                }

                held.Write(block.AsSpan(0, read));
            }

            held.Position = 0;
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }
}
