using System.IO.Compression;
using System.Text;
using MissBgm.Runtime;
using MissBgm.Runtime.Files;

namespace MissBgm.Trainer.Tensors;

/// <summary>NumPy's .npz: a zip of named .npy arrays, which <c>numpy.load(path)</c> reads. Texts are kept as their UTF-8 bytes.</summary>
internal sealed class NpzFile
{
    private static readonly DateTimeOffset Timestamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<string, byte[]> _arrays = [];

    /// <summary>Adds an array.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Row-major values.</param>
    /// <param name="shape">Its dimensions; those of a vector if not given.</param>
    public void Add<T>(string name, T[] values, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        using var stream = new MemoryStream();
        NpyFile.Write<T>(stream, shape.IsEmpty ? [values.Length] : shape, values);
        _arrays.Add(name, stream.ToArray());
    }

    /// <summary>Adds a text.</summary>
    public void Add(string name, string text) => Add(name, Encoding.UTF8.GetBytes(text));

    /// <summary>An array's values.</summary>
    /// <exception cref="UserInputException">There is no such array of this type, or it is damaged.</exception>
    public T[] Get<T>(string name)
        where T : unmanaged
        => NpyFile.Read<T>(_arrays.GetValueOrDefault(name) ?? throw new UserInputException($"{name}: there is no such array"), name).Values;

    /// <summary>A text.</summary>
    /// <exception cref="UserInputException">There is no such text.</exception>
    public string GetText(string name) => Encoding.UTF8.GetString(Get<byte>(name));

    /// <summary>Writes the file whole or not at all.</summary>
    /// <exception cref="UserInputException">The place cannot be written.</exception>
    public void Write(string path)
    {
        using var file = new OutputFile(path);
        Write(file.Stream);
        file.Commit();
    }

    /// <summary>Writes the file to a stream.</summary>
    public void Write(Stream destination)
    {
        using var archive = new ZipArchive(destination, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, bytes) in _arrays)
        {
            var entry = archive.CreateEntry($"{name}.npy", CompressionLevel.NoCompression);
            entry.LastWriteTime = Timestamp;
            using var stream = entry.Open();
            stream.Write(bytes);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is no zip archive.</exception>
    public static NpzFile Read(string path)
    {
        using var stream = File.OpenRead(path);
        return Read(stream);
    }

    /// <summary>Reads a file from a stream.</summary>
    /// <exception cref="InvalidDataException">It is no zip archive.</exception>
    public static NpzFile Read(Stream source)
    {
        var npz = new NpzFile();
        using var archive = new ZipArchive(source, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in archive.Entries)
        {
            using var memory = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(memory);
            npz._arrays.Add(Path.GetFileNameWithoutExtension(entry.FullName), memory.ToArray());
        }

        return npz;
    }
}
