using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using MissBgm.Runtime.Tables;
using ZstdSharp;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>Packed tables, workbooks, Parquet and Arrow files that would fill the memory, never end or read what is not theirs.</summary>
public sealed class HostileFormatTests
{
    private static string Refused(byte[] bytes)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            return Assert.Throws<UserInputException>(() => TableReader.Read(path)).Message;
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void What_unpacks_to_a_thousand_times_its_size_is_refused()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write("a,b\n"u8);
            var rows = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1,2\n", 1 << 18)));
            for (var i = 0; i < 70; i++) gzip.Write(rows);
        }

        Assert.Contains("hardly any table does; if it is one, unpack it", Refused(packed.ToArray()), StringComparison.Ordinal);

        // Zstandard: blocks that repeat one byte 128 K times.
        var blocks = Enumerable.Repeat<byte[]>([0x02, 0x00, 0x10, 0x31], 2000).SelectMany(block => block);
        byte[] zstd = [0x28, 0xB5, 0x2F, 0xFD, 0, 0x58, .. blocks, 0x0B, 0, 0, 0x31];
        Assert.Contains("hardly any table does; if it is one, unpack it", Refused(zstd), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x1C, 3000)]
    [InlineData(0x1C, 3_000_000)]
    [InlineData(0x19, 1000)]
    [InlineData(0x1B, 1000)]
    [InlineData(0xFF, 10)]
    [InlineData(0x18, 1)]
    public void A_Parquet_file_whose_end_is_garbled_is_refused(byte value, int count)
    {
        byte[] file = [.. "PAR1"u8, .. Enumerable.Repeat(value, count), .. BitConverter.GetBytes(count), .. "PAR1"u8];
        Assert.Contains("its end is cut off or garbled", Refused(file), StringComparison.Ordinal);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(file.Length - 8), uint.MaxValue);
        Assert.Contains("its end is cut off or garbled", Refused(file), StringComparison.Ordinal);
    }

    // The end says that a table's version is a text, or that a field nobody knows is a structure with numbers or a list of truth values; the
    // library reads a version as a number, and of the others nothing but where they begin.
    [Theory]
    [InlineData("18 04 56 47 00 00 00")]
    [InlineData("0C 40 15 02 00 00")]
    [InlineData("09 40 21 01 02 00")]
    [InlineData("15 02 29 15 02 00")]
    [InlineData("15 02 19 1C 45 02 00 00")]
    public void A_Parquet_file_whose_end_is_of_other_types_is_refused(string end)
    {
        var bytes = Convert.FromHexString(end.Replace(" ", "", StringComparison.Ordinal));
        byte[] file = [.. "PAR1"u8, .. bytes, .. BitConverter.GetBytes(bytes.Length), .. "PAR1"u8];
        Assert.Contains("its end is cut off or garbled", Refused(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_the_library_passes_over_is_passed_over()
    {
        // Of a file that is read: fields 64 to 69, of a number, a list of numbers, an empty structure, bytes, a real number and a truth value.
        byte[] unknown = [0x05, 0x80, 0x01, 0x02, 0x19, 0x25, 0x02, 0x04, 0x1C, 0x00, 0x18, 0x01, 0x61, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0x11];
        var good = HostileParquet.Make();
        var length = BinaryPrimitives.ReadInt32LittleEndian(good.AsSpan(good.Length - 8)) - 1;
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, [.. good[..^9], .. unknown, 0, .. BitConverter.GetBytes(length + unknown.Length + 1), .. "PAR1"u8]);
        Assert.Equal(6, TableReader.Read(path).Rows);
        File.Delete(path);
    }

    [Fact]
    public void A_Parquet_file_whose_pages_would_fill_the_memory_is_refused()
    {
        const string Says = "hardly any table does";
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, HostileParquet.Make());
        Assert.Equal(6, TableReader.Read(path).Rows);
        File.Delete(path);

        // What a page's header asks for; what Snappy says of itself; what Zstandard unpacks to whatever is said.
        Assert.Contains(Says, Refused(HostileParquet.Make(unpacked: int.MaxValue)), StringComparison.Ordinal);
        Assert.Contains(Says, Refused(HostileParquet.Make(HostileParquet.Snappy, [.. HostileParquet.Varint(int.MaxValue), 0, 0])), StringComparison.Ordinal);
        using var zeros = new Compressor();
        Assert.Contains(Says, Refused(HostileParquet.Make(HostileParquet.Zstandard, zeros.Wrap(new byte[65 << 20]).ToArray())), StringComparison.Ordinal);
        Assert.Contains("holds 500000000 rows of 3 columns", Refused(HostileParquet.Make(rows: 500_000_000)), StringComparison.Ordinal);
        Assert.Contains("a page is cut off", Refused(HostileParquet.Make(packed: int.MaxValue)), StringComparison.Ordinal);
        Assert.Contains("a page is cut off", Refused(HostileParquet.Make(unpacked: -5)), StringComparison.Ordinal);
        Assert.Contains("a page is cut off", Refused(HostileParquet.Make(rows: -5)), StringComparison.Ordinal);
    }

    // Whatever stands in a place of the file, a length or a number of parts among them, no memory is taken for it that the file does not fill.
    [Theory]
    [InlineData(0x7FFFFFFF)]
    [InlineData(0x08000000)]
    [InlineData(0x00100000)]
    [InlineData(-1)]
    [InlineData(-8)]
    [InlineData(0)]
    public void An_Arrow_file_of_any_numbers_is_read_or_refused_at_once(int number)
    {
        const long Most = 4 << 20;
        var good = File.ReadAllBytes(Corpus.Seed("table/s.arrow"));
        for (var at = 0; at + sizeof(int) <= good.Length; at += sizeof(int))
        {
            var bytes = (byte[])good.Clone();
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), number);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                TableReader.Read(new MemoryStream(bytes), "table");
            }
            catch (UserInputException e)
            {
                Assert.DoesNotContain("OutOfMemory", e.Message, StringComparison.Ordinal);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Most);
        }
    }

    // Fields within fields: each of twenty has one or two, and two are the same one, so that there would be a million to read; one that is its own.
    [Theory]
    [InlineData(1, 20, true)]
    [InlineData(2, 20, false)]
    [InlineData(1, 40, false)]
    [InlineData(1, 0, false)]
    public void Tables_that_many_refer_to_or_that_refer_to_themselves_are_refused(int children, int levels, bool isSound)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        // Where the footer is; where its members are, of which it has the second alone; how far before it that stands; how far behind the member is.
        Write(12, [8, 8, 0, 4], 8, 12);
        // The schema likewise, whose one field follows.
        Write(null, [8, 8, 0, 4], 8, 4);
        Write(1, [], 20);
        for (var level = 0; level < levels; level++)
        {
            // A field has the sixth member alone; all its fields are the next one, before which that one's list of members stands.
            Write(null, [16, 8, 0, 0, 0, 0, 0, 4], 16, 4);
            Write(children, []);
            for (var child = children; child > 0; child--) Write(4 * child + 16, []);
        }

        if (levels == 0) Write(null, [16, 8, 0, 0, 0, 0, 0, 4], 16, 4, 1, -12);
        else Write(null, [4, 4, 0, 0, 0, 0, 0, 0], 16);
        if (isSound) FlatBufferCheck.Require(file.ToArray(), ArrowStructures.Footer);
        else Assert.Throws<InvalidDataException>(() => FlatBufferCheck.Require(file.ToArray(), ArrowStructures.Footer));

        void Write(int? first, short[] places, params int[] numbers)
        {
            if (first is { } number) writer.Write(number);
            foreach (var place in places) writer.Write(place);
            foreach (var later in numbers) writer.Write(later);
            writer.Flush();
        }
    }

    [Fact]
    public void An_Arrow_file_that_would_fill_the_memory_is_refused()
    {
        var schema = new Schema([new Field("a", DoubleType.Default, true)], null);
        using var file = new MemoryStream();
        var options = new IpcOptions { CompressionCodec = CompressionCodecType.Zstd, CompressionCodecFactory = new CompressionCodecFactory() };
        using (var writer = new ArrowFileWriter(file, schema, leaveOpen: true, options))
        {
            writer.WriteRecordBatch(new RecordBatch(schema, [new DoubleArray.Builder().AppendRange(new double[1000]).Build()], 1000));
            writer.WriteEnd();
        }

        // A packed buffer begins with the bytes that it unpacks to.
        var bytes = file.ToArray();
        var at = bytes.AsSpan().IndexOf(BitConverter.GetBytes(8000L));
        Assert.True(at > 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), int.MaxValue);
        Assert.Contains("hardly any table does", Refused(bytes), StringComparison.Ordinal);

        using var nothing = new MemoryStream();
        var empty = new Schema([new Field("a", NullType.Default, true)], null);
        using (var writer = new ArrowFileWriter(nothing, empty, leaveOpen: true))
        {
            writer.WriteRecordBatch(new RecordBatch(empty, [new NullArray(500_000_000)], 500_000_000));
            writer.WriteEnd();
        }

        Assert.Contains("holds 500000000 rows of 1 column", Refused(nothing.ToArray()), StringComparison.Ordinal);
    }

    /// <summary>Found by fuzzing: the library would read the text of a column from wherever its offsets point.</summary>
    [Fact]
    public void An_Arrow_file_whose_texts_lie_elsewhere_is_refused()
    {
        var good = File.ReadAllBytes(Corpus.Seed("table/s.arrow"));
        // The offsets of the second column, texts of one letter.
        byte[] offsets = [.. Enumerable.Range(0, 7).SelectMany(BitConverter.GetBytes)];
        var at = good.AsSpan().IndexOf(offsets);
        Assert.True(at > 0);
        foreach (var wrong in new[] { int.MaxValue, int.MinValue, -1, 1000, 1 << 28 })
        {
            var bad = (byte[])good.Clone();
            BinaryPrimitives.WriteInt32LittleEndian(bad.AsSpan(at + 8), wrong);
            Assert.Contains("a text lies outside its column", Refused(bad), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(
        "<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
        "spread over 1048576 rows and 16384 columns")]
    [InlineData("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>", "damaged or of a kind that is not read")]
    [InlineData("<row r=\"2147483648\"><c r=\"A2147483648\"><v>1</v></c></row>", "spread over 2147483648 rows")]
    [InlineData("<row r=\"1\"><c r=\"ZZZZZZZZZZ1\"><v>1</v></c></row>", "spread over 1 rows")]
    public void A_workbook_of_cells_far_apart_or_with_entities_is_refused(string rows, string says)
    {
        const string Head = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
        var sheet = rows.StartsWith("<!", StringComparison.Ordinal) ? rows + "<worksheet/>" : Head + rows + "</sheetData></worksheet>";
        Assert.Contains(says, Refused(Workbook(stream => stream.Write(Encoding.UTF8.GetBytes(sheet)))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_workbook_that_unpacks_to_a_thousand_times_its_size_is_refused()
    {
        var blanks = new byte[1 << 20];
        System.Array.Fill(blanks, (byte)' ');
        var bomb = Workbook(sheet =>
        {
            for (var i = 0; i < 80; i++) sheet.Write(blanks);
        });
        Assert.Contains("would unpack from", Refused(bomb), StringComparison.Ordinal);
    }

    // The fuzzer's workbook with another first sheet.
    private static byte[] Workbook(Action<Stream> write)
    {
        using var file = new MemoryStream();
        file.Write(File.ReadAllBytes(Corpus.Seed("table/s.xlsx")));
        using (var archive = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            const string Sheet = "xl/worksheets/sheet1.xml";
            archive.GetEntry(Sheet)!.Delete();
            using var stream = archive.CreateEntry(Sheet, CompressionLevel.SmallestSize).Open();
            write(stream);
        }

        return file.ToArray();
    }
}
