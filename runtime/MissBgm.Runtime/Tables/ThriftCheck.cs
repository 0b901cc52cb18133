namespace MissBgm.Runtime.Tables;

/// <summary>
/// Whether the end of a Parquet file, which says what is in it, is whole: a structure in Thrift's compact protocol (thrift.apache.org). The
/// library reads on
/// beyond the end of a damaged one without end.
/// </summary>
/// <param name="bytes">The structure.</param>
internal ref struct ThriftCheck(ReadOnlySpan<byte> bytes)
{
    private const int FooterBytes = 8;
    private const int MostLevels = 32;
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Checks a Parquet file.</summary>
    /// <exception cref="InvalidDataException">Its end is not whole.</exception>
    internal static void RequireFooter(Stream stream)
    {
        Hold(stream.Length >= FooterBytes + 4);
        var footer = new byte[FooterBytes];
        stream.Seek(-FooterBytes, SeekOrigin.End);
        stream.ReadExactly(footer);
        var length = BitConverter.ToUInt32(footer);
        Hold(footer.AsSpan(4).SequenceEqual("PAR1"u8) && length <= stream.Length - FooterBytes - 4 && length <= int.MaxValue / 2);
        var said = new byte[length];
        stream.Seek(-FooterBytes - length, SeekOrigin.End);
        stream.ReadExactly(said);
        stream.Position = 0;
        new ThriftCheck(said).Structure(0);
    }

    /// <summary>
    /// Reads a page's header: <c>PageHeader</c> of Parquet's format, whose fields 1 to 3 are its kind and its unpacked and packed bytes, and
    /// whose fields 5, 7 and 8 describe a page of values, of a dictionary's or of values in the newer way, the number of values first.
    /// </summary>
    /// <returns>The header's length and what it says; fields that are not there are 0.</returns>
    /// <exception cref="InvalidDataException">It is not whole.</exception>
    internal static PageHeader Page(ReadOnlySpan<byte> bytes)
    {
        var check = new ThriftCheck(bytes);
        var page = new PageHeader();
        check.Fields((ref ThriftCheck at, int field, int type) =>
        {
            switch (field, type)
            {
                case (2, 5): page.Unpacked = at.Signed(); break;
                case (3, 5): page.Packed = at.Signed(); break;
                case (5 or 8, 12): at.Fields(Values); break;
                default: at.Value(type, 0); break;
            }
        });
        page.Length = bytes.Length - check._rest.Length;
        return page;

        void Values(ref ThriftCheck at, int field, int type)
        {
            if ((field, type) == (1, 5)) page.Values = at.Signed();
            else at.Value(type, 1);
        }
    }

    // The fields of a structure, by number.
    private void Fields(FieldReader read)
    {
        for (var field = 0L; ;)
        {
            var header = Byte();
            if (header == 0) return;
            field = header >> 4 == 0 ? Signed() : field + (header >> 4);
            Hold(field is > 0 and < short.MaxValue);
            if ((header & 15) > 2) read(ref this, (int)field, header & 15);
        }
    }

    private long Signed()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private void Structure(int level)
    {
        Hold(level < MostLevels);
        while (true)
        {
            var header = Byte();
            if (header == 0) return;
            // The upper half is how far the field's number is from the one before; 0 if the number follows.
            if (header >> 4 == 0) Varint();
            // 1 and 2 are true and false, whose value is in the header.
            if ((header & 15) > 2) Value(header & 15, level);
        }
    }

    private void Value(int type, int level)
    {
        switch (type)
        {
            case 1 or 2 or 3: Take(1); break;
            case 4 or 5 or 6: Varint(); break;
            case 7: Take(sizeof(double)); break;
            case 8: Take(Varint()); break;
            case 9 or 10: List(level + 1); break;
            case 11: Map(level + 1); break;
            case 12: Structure(level + 1); break;
            default: Hold(false); break;
        }
    }

    private void List(int level)
    {
        Hold(level < MostLevels);
        var header = Byte();
        var count = header >> 4 == 15 ? Varint() : (ulong)(header >> 4);
        // Every value has a byte at least.
        Hold(count <= (ulong)_rest.Length);
        for (var i = 0UL; i < count; i++) Value(header & 15, level);
    }

    private void Map(int level)
    {
        Hold(level < MostLevels);
        var count = Varint();
        Hold(count <= (ulong)_rest.Length);
        if (count == 0) return;
        var types = Byte();
        for (var i = 0UL; i < count; i++)
        {
            Value(types >> 4, level);
            Value(types & 15, level);
        }
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var i = 0; i < 10; i++)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << 7 * i;
            if (next < 0x80) return value;
        }

        Hold(false);
        return value;
    }

    private int Byte()
    {
        Hold(_rest.Length > 0);
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    private void Take(ulong length)
    {
        Hold(length <= (ulong)_rest.Length);
        _rest = _rest[(int)length..];
    }

    private static void Hold(bool holds)
    {
        if (!holds) throw new InvalidDataException("its end is cut off or garbled");
    }

    private delegate void FieldReader(ref ThriftCheck at, int field, int type);
}

/// <summary>What the header of a Parquet file's page says.</summary>
internal sealed class PageHeader
{
    /// <summary>Bytes of the header itself.</summary>
    internal int Length { get; set; }

    /// <summary>Bytes that the page unpacks to.</summary>
    internal long Unpacked { get; set; }

    /// <summary>Bytes of the page in the file.</summary>
    internal long Packed { get; set; }

    /// <summary>Values of the page; of a dictionary none.</summary>
    internal long Values { get; set; }
}
