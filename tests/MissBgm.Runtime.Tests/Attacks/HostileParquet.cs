using System.Buffers.Binary;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>The fuzzer's Parquet file, whose first column is read from another page than the one it had.</summary>
internal static class HostileParquet
{
    internal const int Uncompressed = 0, Snappy = 1, Zstandard = 6;

    // The first column's six values as Parquet.Net packed them with Snappy, and the bytes they unpack to.
    private const int PageStart = 0x41, PackedBytes = 44, UnpackedBytes = 54, Values = 6;

    /// <summary>Makes the file.</summary>
    /// <param name="codec">How the column is packed.</param>
    /// <param name="page">The page's bytes; null for the good ones.</param>
    /// <param name="unpacked">What its header says that it unpacks to.</param>
    /// <param name="packed">What its header says of its bytes; null for the truth.</param>
    /// <param name="rows">Rows that the file says it has.</param>
    internal static byte[] Make(int codec = Snappy, byte[]? page = null, long unpacked = UnpackedBytes, long? packed = null, long rows = Values)
    {
        var good = File.ReadAllBytes(Corpus.Seed("table/s.parquet"));
        var length = BinaryPrimitives.ReadInt32LittleEndian(good.AsSpan(good.Length - 8));
        var (pages, footer) = (good[..^(8 + length)], good[^(8 + length)..^8]);
        page ??= good[PageStart..(PageStart + PackedBytes)];
        // A page of plain values (Thrift's compact protocol): 1 kind, 2 and 3 bytes, 5 {1 values, 2 encoding, 3 and 4 encodings of levels}.
        byte[] header =
        [
            0x15, 0, 0x15, .. Number(unpacked), 0x15, .. Number(packed ?? page.Length), 0x2C, 0x15, .. Number(Values), 0x15, 0, 0x15, 6, 0x15, 6, 0, 0,
        ];
        // In the column's description: its name, its codec; where its pages begin; in the group's and the file's, the rows.
        footer = Replaced(footer, [0x18, 1, (byte)'a', 0x15, 2 * Snappy, 0x16], [0x18, 1, (byte)'a', 0x15, (byte)(2 * codec), 0x16]);
        footer = Replaced(footer, [0x26, 8, 0x3C], [0x26, .. Number(pages.Length), 0x3C]);
        footer = Replaced(footer, [0x16, 2 * Values, 0x19, 0x1C], [0x16, .. Number(rows), 0x19, 0x1C]);
        footer = Replaced(footer, [0x16, 2 * Values, 0x36], [0x16, .. Number(rows), 0x36]);
        return [.. pages, .. header, .. page, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8];
    }

    /// <summary>A number seven bits a byte.</summary>
    internal static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7F; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }

    private static byte[] Number(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    private static byte[] Replaced(byte[] text, byte[] old, byte[] other)
    {
        var at = text.AsSpan().IndexOf(old);
        Assert.True(at >= 0 && text.AsSpan(at + 1).IndexOf(old) < 0);
        return [.. text[..at], .. other, .. text[(at + old.Length)..]];
    }
}
