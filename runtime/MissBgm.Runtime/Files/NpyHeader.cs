using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MissBgm.Runtime.Files;

/// <summary>
/// What stands before the values of a NumPy array file (.npy, version 1.0, C order), byte for byte as <c>numpy.save</c> writes it.
/// </summary>
internal static class NpyHeader
{
    /// <summary>Bytes before the description: the magic string, the version and the description's length.</summary>
    internal const int PrefixLength = 10;

    private const int Alignment = 64;

    /// <summary>The first bytes of every such file.</summary>
    internal static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <summary>The header; its length is a multiple of 64.</summary>
    /// <param name="type">The elements' type as NumPy writes it, such as <c>&lt;f4</c>.</param>
    /// <param name="shape">The array's dimensions.</param>
    internal static byte[] Of(string type, ReadOnlySpan<int> shape)
    {
        var description = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {Text(shape)}, }}";
        var header = new byte[(PrefixLength + description.Length + Alignment) / Alignment * Alignment];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(Magic.Length), (ushort)(header.Length - PrefixLength));
        Encoding.ASCII.GetBytes(description.PadRight(header.Length - PrefixLength - 1) + "\n").CopyTo(header, PrefixLength);
        return header;
    }

    /// <summary>The shape of a file that was written with <see cref="Of"/>; the stream stands at the values after that. Null if it was not.</summary>
    internal static int[]? ReadShape(Stream stream)
    {
        var prefix = new byte[PrefixLength];
        if (stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length || !prefix.AsSpan().StartsWith(Magic)) return null;
        var description = new byte[BinaryPrimitives.ReadUInt16LittleEndian(prefix.AsSpan(Magic.Length))];
        if (stream.ReadAtLeast(description, description.Length, throwOnEndOfStream: false) < description.Length) return null;
        var text = Encoding.ASCII.GetString(description);
        var (open, close) = (text.IndexOf('(', StringComparison.Ordinal), text.IndexOf(')', StringComparison.Ordinal));
        if (open < 0 || close < open) return null;
        var sizes = text[(open + 1)..close].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.TrueForAll(sizes, size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? Array.ConvertAll(sizes, int.Parse)
            : null;
    }

    /// <summary>A shape as Python writes a tuple.</summary>
    internal static string Text(ReadOnlySpan<int> shape) =>
        shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape.ToArray())})";
}
