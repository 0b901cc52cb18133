using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace MissBgm.Trainer.Checkpoints;

/// <summary>
/// NumPy's .npz: a zip of .npy arrays, here of float32, float64, int64 and UTF-8 bytes. <c>numpy.load(path)</c> reads it.
/// </summary>
internal sealed class NpzFile
{
    private static readonly DateTimeOffset _epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<string, (Array Values, long[] Shape)> _arrays = [];

    /// <summary>Names of the arrays.</summary>
    public IEnumerable<string> Names => _arrays.Keys;

    /// <summary>Adds an array.</summary>
    public void Add<T>(string name, T[] values, params long[] shape)
        where T : unmanaged
        => _arrays.Add(name, (values, shape.Length == 0 ? [values.Length] : shape));

    /// <summary>Adds a text as its UTF-8 bytes.</summary>
    public void Add(string name, string text) => Add(name, Encoding.UTF8.GetBytes(text));

    /// <summary>An array by its name.</summary>
    /// <exception cref="InvalidDataException">There is no such array of this type.</exception>
    public T[] Get<T>(string name)
        => _arrays.TryGetValue(name, out var entry) && entry.Values is T[] values
            ? values
            : throw new InvalidDataException($"there is no array '{name}' of {typeof(T).Name}");

    /// <summary>A text by its name.</summary>
    /// <exception cref="InvalidDataException">There is no such text.</exception>
    public string GetText(string name) => Encoding.UTF8.GetString(Get<byte>(name));

    /// <summary>Writes the file whole: to a temporary name beside it first, then renamed.</summary>
    public void Write(string path)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        using (var file = File.Create(temporary))
        {
            using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (var (name, (values, shape)) in _arrays)
                {
                    var entry = archive.CreateEntry($"{name}.npy", CompressionLevel.NoCompression);
                    entry.LastWriteTime = _epoch;
                    using var stream = entry.Open();
                    stream.Write(Header(Descriptor(values), shape));
                    stream.Write(Bytes(values));
                }
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is not an .npz of the types above, or is truncated.</exception>
    public static NpzFile Read(string path)
    {
        var npz = new NpzFile();
        using var archive = ZipFile.OpenRead(path);
        foreach (var entry in archive.Entries)
        {
            using var memory = new MemoryStream();
            using (var stream = entry.Open())
            {
                stream.CopyTo(memory);
            }

            npz._arrays.Add(Path.GetFileNameWithoutExtension(entry.FullName), Parse(entry.FullName, memory.ToArray()));
        }

        return npz;
    }

    private static string Descriptor(Array values) => values switch
    {
        float[] => "<f4",
        double[] => "<f8",
        long[] => "<i8",
        byte[] => "|u1",
        _ => throw new ArgumentException($"{values.GetType().Name} has no place in a checkpoint", nameof(values)),
    };

    private static ReadOnlySpan<byte> Bytes(Array values) => values switch
    {
        float[] floats => MemoryMarshal.AsBytes(floats.AsSpan()),
        double[] doubles => MemoryMarshal.AsBytes(doubles.AsSpan()),
        long[] longs => MemoryMarshal.AsBytes(longs.AsSpan()),
        _ => (byte[])values,
    };

    // NPY format 1.0: magic, version, header length, a Python dictionary padded to a multiple of 64 bytes.
    private static byte[] Header(string descriptor, long[] shape)
    {
        var dimensions = string.Concat(shape.Select(size => $"{size},"));
        var dictionary = $"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': ({dimensions}), }}";
        var length = (10 + dictionary.Length + 1 + 63) / 64 * 64 - 10;
        var text = dictionary.PadRight(length - 1) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8), .. Encoding.ASCII.GetBytes(text)];
    }

    private static (Array Values, long[] Shape) Parse(string name, byte[] bytes)
    {
        if (bytes.Length < 10 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8) || bytes[6] != 1)
        {
            throw new InvalidDataException($"{name} is not a .npy array of format 1.0");
        }

        var start = 10 + bytes[8] + (bytes[9] << 8);
        var header = Encoding.ASCII.GetString(bytes, 10, start - 10);
        var shape = Between(header, "'shape': (", ")").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).ToArray();
        var data = bytes.AsSpan(start);
        Array values = Between(header, "'descr': '", "'") switch
        {
            "<f4" => MemoryMarshal.Cast<byte, float>(data).ToArray(),
            "<f8" => MemoryMarshal.Cast<byte, double>(data).ToArray(),
            "<i8" => MemoryMarshal.Cast<byte, long>(data).ToArray(),
            "|u1" => data.ToArray(),
            var other => throw new InvalidDataException($"{name} holds values of type {other}"),
        };
        return values.Length == shape.Aggregate(1L, (product, size) => product * size)
            ? (values, shape)
            : throw new InvalidDataException($"{name} is truncated");
    }

    private static string Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf(after, start + before.Length, StringComparison.Ordinal);
        return end < 0 ? throw new InvalidDataException("a .npy header is damaged") : text[(start + before.Length)..end];
    }
}
