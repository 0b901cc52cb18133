using System.IO.Compression;
using System.Security.Cryptography;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Bundles;

/// <summary>
/// A file of a bundle, in a folder or in a .zip, before it is read. What is read is bounded beforehand: of a file on disk by its length, which only a regular
/// file has; of a packed one by what the archive says of it, which is not believed where hardly any bytes are to become very many.
/// </summary>
/// <param name="Name">Its name within the bundle.</param>
/// <param name="Path">What messages call it.</param>
/// <param name="Open">Opens it for a reader of its stream and its length.</param>
internal sealed record StoredFile(string Name, string Path, Action<Action<Stream, long>> Open)
{
    private const long HarmlessBytes = 64L << 20;

    // Weights hardly pack; fitted rows of discrete columns do by some 20 times.
    private const long LargestRatio = 200;

    /// <summary>The files of a folder; links to regular files count as such.</summary>
    internal static IEnumerable<StoredFile> InFolder(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).Select(path => new StoredFile(System.IO.Path.GetFileName(path), path, read => OpenRegular(path, read)));

    /// <summary>The files of a .zip; they may stand in a folder of their own within it.</summary>
    /// <exception cref="InvalidDataException">It is not a whole .zip.</exception>
    internal static IEnumerable<StoredFile> InZip(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        return [.. zip.Entries.Where(entry => entry.Name.Length > 0)
            .Select(entry => new StoredFile(entry.Name, $"{path}: {entry.Name}", read => OpenEntry(path, entry.FullName, read)))];
    }

    /// <summary>Refuses what is not a regular file: it would wait, go on for ever, or do something when it is opened.</summary>
    /// <exception cref="BundleException">It is not.</exception>
    internal static void RequireRegular(string path)
    {
        var found = Posix.Kind(path) switch
        {
            PathKind.File => null,
            PathKind.Folder => "a folder",
            PathKind.Nothing => new FileInfo(path).LinkTarget is { } target ? $"a link to {target}, where there is no file" : "not there",
            _ => "a pipe, a device or a socket",
        };
        if (found is not null) throw new BundleException($"{path} is {found}; a bundle's files are regular files. Copy the bundle again.");
    }

    /// <summary>Its bytes.</summary>
    /// <param name="most">How many are read at most.</param>
    /// <exception cref="BundleException">It is not a regular file, longer than that, or not whole.</exception>
    internal byte[] Read(long most)
    {
        byte[] bytes = [];
        Use((stream, length) =>
        {
            most = Math.Min(most, Array.MaxLength);
            if (length > most) throw new BundleException($"{Path} has {length} bytes, and no bundle has more than {most} there; do not use it.");
            bytes = new byte[length];
            stream.ReadExactly(bytes);
            if (stream.ReadByte() >= 0) throw new BundleException($"{Path} is longer than the {length} bytes it is said to have; copy the bundle again.");
        });
        return bytes;
    }

    /// <summary>Its length in bytes.</summary>
    /// <exception cref="BundleException">It is not a regular file.</exception>
    internal long Length()
    {
        var found = 0L;
        Use((_, length) => found = length);
        return found;
    }

    /// <summary>Its SHA-256, in lower-case hexadecimal digits.</summary>
    /// <exception cref="BundleException">It is not a regular file, or not whole.</exception>
    internal string Hash()
    {
        var hash = "";
        Use((stream, _) => hash = Convert.ToHexStringLower(SHA256.HashData(stream)));
        return hash;
    }

    private void Use(Action<Stream, long> read)
    {
        try
        {
            Open(read);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BundleException($"{Path} cannot be read: {e.Message.TrimEnd('.')}. Copy the bundle again.", e);
        }
    }

    private static void OpenRegular(string path, Action<Stream, long> read)
    {
        RequireRegular(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        read(stream, stream.Length);
    }

    private static void OpenEntry(string path, string name, Action<Stream, long> read)
    {
        using var zip = ZipFile.OpenRead(path);
        var entry = zip.GetEntry(name) ?? throw new InvalidDataException("it is no longer there");
        if (entry.Length > HarmlessBytes && entry.Length / LargestRatio > Math.Min(entry.CompressedLength, new FileInfo(path).Length))
        {
            throw new BundleException(
                $"{path}: {name} would unpack from {entry.CompressedLength} bytes to {entry.Length}, as no bundle's file does; do "
                + "not use it.");
        }

        using var stream = entry.Open();
        read(stream, entry.Length);
    }
}
