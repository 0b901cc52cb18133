using MissBgm.Runtime.Files;
using Parquet;
using Parquet.Meta;
using ZstdSharp;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// Whether the pages of a Parquet file are no larger than they look. The library takes the memory that a page's header asks for, and for
/// Zstandard whatever comes out.
/// </summary>
internal static class ParquetBounds
{
    private const int LongestHeader = 1 << 16;

    /// <summary>Checks a file.</summary>
    /// <exception cref="UserInputException">It unpacks to far more than it is.</exception>
    /// <exception cref="InvalidDataException">A page is not whole.</exception>
    internal static void Require(Stream stream, ParquetReader reader, string source)
    {
        var groups = reader.Metadata?.RowGroups ?? [];
        foreach (var group in groups)
        {
            Hold(group.NumRows >= 0);
            UnpackedLimit.RequireCells(source, group.NumRows, groups.Count * (long)group.Columns.Count, stream.Length);
            foreach (var column in group.Columns.Select(chunk => chunk.MetaData).OfType<ColumnMetaData>())
            {
                // Single values alone are read, of which there is one a row; for more than that the library takes the memory all the same.
                Hold(column.NumValues == group.NumRows);
                RequirePages(stream, column, source);
            }
        }
    }

    private static void RequirePages(Stream stream, ColumnMetaData column, string source)
    {
        // The library begins at the first of the three places that are given.
        var places = (ReadOnlySpan<long>)[column.DataPageOffset, column.DictionaryPageOffset ?? 0, column.IndexPageOffset ?? 0];
        var place = long.MaxValue;
        foreach (var given in places) if (given != 0) place = Math.Min(place, given);
        var header = new byte[LongestHeader];
        for (var values = 0L; values < column.NumValues;)
        {
            Hold(place > 0 && place < stream.Length);
            stream.Position = place;
            var page = ThriftCheck.Page(header.AsSpan(0, stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)));
            place += page.Length + page.Packed;
            Hold(page.Packed >= 0 && page.Unpacked >= 0 && page.Values >= 0 && place <= stream.Length);
            Hold(page.Packed + page.Values > 0 && values + page.Values <= column.NumValues);
            // A truth value takes a bit.
            Hold(page.Dictionary >= 0 && page.Dictionary / 8 <= page.Unpacked);
            if (page.Unpacked > UnpackedLimit.Of(page.Packed)) throw UnpackedLimit.Exceeded(source, page.Packed);
            stream.Position = place - page.Packed;
            if (column.Codec == CompressionCodec.SNAPPY) RequireSnappy(stream, page, source);
            if (column.Codec == CompressionCodec.ZSTD) RequireZstandard(stream, page, source);
            values += page.Values;
        }
    }

    // Snappy begins with the length that it unpacks to, seven bits a byte; in a page of the newer way levels stand before it, which are short.
    private static void RequireSnappy(Stream stream, PageHeader page, string source)
    {
        var length = 0L;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = stream.ReadByte();
            if (next < 0) return;
            length |= (long)(next & 0x7F) << shift;
            if (next < 0x80) break;
        }

        if (length > UnpackedLimit.Of(page.Packed)) throw UnpackedLimit.Exceeded(source, page.Packed);
    }

    private static void RequireZstandard(Stream stream, PageHeader page, string source)
    {
        var packed = new byte[page.Packed];
        stream.ReadExactly(packed);
        // Before what is packed a page of the newer way has levels.
        var start = packed.AsSpan().IndexOf((byte[])[0x28, 0xB5, 0x2F, 0xFD]);
        if (start < 0) return;
        using var unpacking = new DecompressionStream(new MemoryStream(packed, start, packed.Length - start));
        var block = new byte[LongestHeader];
        var (unpacked, most) = (0L, UnpackedLimit.Of(page.Packed));
        for (int read; (read = unpacking.Read(block)) > 0;)
        {
            unpacked += read;
            if (unpacked > most) throw UnpackedLimit.Exceeded(source, page.Packed);
        }
    }

    private static void Hold(bool holds)
    {
        if (!holds) throw new InvalidDataException("a page is cut off or garbled");
    }
}
