namespace MissBgm.Runtime.Tables;

/// <summary>
/// Whether what a Parquet file says of itself is whole and of the types of its format: structures in Thrift's compact protocol
/// (thrift.apache.org). The library asks neither, and reads on beyond the end of a damaged one without end.
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
        new ThriftCheck(said).Structure(ParquetStructures.File);
    }

    /// <summary>Reads a page's header.</summary>
    /// <returns>The header's length and what it says; fields that are not there are 0.</returns>
    /// <exception cref="InvalidDataException">It is not whole.</exception>
    internal static PageHeader Page(ReadOnlySpan<byte> bytes)
    {
        var check = new ThriftCheck(bytes);
        var page = new PageHeader();
        check.Structure(ParquetStructures.Page, (ref ThriftCheck at, int field) =>
        {
            switch (field)
            {
                case 2: page.Unpacked = at.Signed(); return true;
                case 3: page.Packed = at.Signed(); return true;
                case 5 or 8: page.Values = at.Count(field); return true;
                case 7: page.Dictionary = at.Count(field); return true;
                default: return false;
            }
        });
        page.Length = bytes.Length - check._rest.Length;
        return page;
    }

    // The number of values that one of a page's descriptions begins with.
    private long Count(int description)
    {
        var count = 0L;
        Structure(ParquetStructures.Page.Fields[description], (ref ThriftCheck at, int field) =>
        {
            if (field == 1) count = at.Signed();
            return field == 1;
        });
        return count;
    }

    private void Structure(ThriftType type, FieldReader? read = null)
    {
        for (var field = 0L; ;)
        {
            var header = Byte();
            if (header == 0) return;
            // The upper half is how far the field's number is from the one before; 0 if the number follows.
            field = header >> 4 == 0 ? Signed() : field + (header >> 4);
            Hold(field is > 0 and < short.MaxValue);
            if (!type.Fields.TryGetValue((int)field, out var known))
            {
                PassOver(header & 15, 0);
                continue;
            }

            Hold(known.Reads(header & 15));
            if (read is null || !read(ref this, (int)field)) Value(known);
        }
    }

    private void Value(ThriftType type)
    {
        switch (type.Code)
        {
            case ThriftType.BooleanCode: break;
            case ThriftType.ByteCode: Take(1); break;
            case ThriftType.LongCode: Varint(); break;
            case ThriftType.DoubleCode: Take(sizeof(double)); break;
            case ThriftType.BinaryCode: Take(Varint()); break;
            case ThriftType.StructureCode: Structure(type); break;
            default: List(type.Element!); break;
        }
    }

    private void List(ThriftType element)
    {
        var (count, code) = ListHeader();
        Hold(count == 0 || element.Reads(code));
        for (var i = 0UL; i < count; i++) Value(element);
    }

    // What the library does with a field that it does not know: of a structure it passes over the fields' headers alone, of a list's truth
    // values over nothing.
    private void PassOver(int code, int level)
    {
        Hold(level < MostLevels);
        switch (code)
        {
            case ThriftType.BooleanCode or ThriftType.FalseCode: break;
            case ThriftType.ByteCode: Take(1); break;
            case >= ThriftType.ShortCode and <= ThriftType.LongCode: Varint(); break;
            case ThriftType.DoubleCode: Take(sizeof(double)); break;
            case ThriftType.BinaryCode: Take(Varint()); break;
            case ThriftType.ListCode:
                var (count, element) = ListHeader();
                Hold(count == 0 || element > ThriftType.FalseCode);
                for (var i = 0UL; i < count; i++) PassOver(element, level + 1);
                break;
            case ThriftType.StructureCode:
                for (int header; (header = Byte()) != 0;)
                {
                    Hold((header & 15) is ThriftType.BooleanCode or ThriftType.FalseCode);
                    if (header >> 4 == 0) Varint();
                }
                break;
            default: Hold(false); break;
        }
    }

    private (ulong Count, int Code) ListHeader()
    {
        var header = Byte();
        var count = header >> 4 == 15 ? Varint() : (ulong)(header >> 4);
        // Every value has a byte at least.
        Hold(count <= (ulong)_rest.Length);
        return (count, header & 15);
    }

    private long Signed()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
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

    // Whether it has read the field.
    private delegate bool FieldReader(ref ThriftCheck at, int field);
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

    /// <summary>Values of a dictionary, to which other pages refer.</summary>
    internal long Dictionary { get; set; }
}
