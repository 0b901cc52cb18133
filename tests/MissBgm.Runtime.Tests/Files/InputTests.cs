using System.IO.Compression;
using System.Text;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Files;

public sealed class InputTests : IDisposable
{
    private const string Text = "a,b\n1,2\n3,\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-inputs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Packed(string text, Func<Stream, Stream> packer)
    {
        using var bytes = new MemoryStream();
        using (var packing = packer(bytes)) packing.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    private static byte[] Gzip(string text) => Packed(text, stream => new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true));

    private string Failure(string name, byte[] bytes) => Assert.Throws<UserInputException>(() => TableReader.Read(Write(name, bytes))).Message;

    [Fact]
    public void A_packed_table_is_read_whatever_its_name()
    {
        Assert.Equal(2, TableReader.Read(Write("t.csv", Gzip(Text))).Rows);
        // Packers append one file to another.
        Assert.Equal(4, TableReader.Read(Write("t.csv.gz", [.. Gzip(Text), .. Gzip("5,6\n7,8\n")])).Rows);
        Assert.Equal(2, TableReader.Read(Write("t.zst", Packed(Text, stream => new ZstdSharp.CompressionStream(stream, leaveOpen: true)))).Rows);
    }

    [Fact]
    public void A_packed_table_that_is_cut_off_is_refused()
    {
        var text = Text + string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i},{i * 7919 % 1013}\n"));
        Assert.Contains("is packed, and damaged or cut off", Failure("t.csv.gz", Gzip(text)[..^100]), StringComparison.Ordinal);
        Assert.Contains(
            "is packed, and damaged or cut off",
            Failure("t.zst", Packed(text, stream => new ZstdSharp.CompressionStream(stream, leaveOpen: true))[..^100]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_fifo_is_read()
    {
        var path = Path.Combine(_folder, "fifo");
        System.Diagnostics.Process.Start("mkfifo", path).WaitForExit();
        using var writer = System.Diagnostics.Process.Start("sh", ["-c", $"printf 'a,b\\n1,2\\n3,\\n' > '{path}'"]);
        Assert.Equal(2, TableReader.Read(path).Rows);
    }

    [Fact]
    public void An_endless_device_and_an_empty_one_are_refused()
    {
        Assert.Contains("byte 0 is zero", Assert.Throws<UserInputException>(() => TableReader.Read("/dev/zero")).Message, StringComparison.Ordinal);
        Assert.Contains("the file is empty", Assert.Throws<UserInputException>(() => TableReader.Read("/dev/null")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("D0CF11E0A1B11AE100", "an Excel workbook of the old kind")]
    [InlineData("425A683931415926535900", "a bzip2 file")]
    [InlineData("FD377A585A000004", "an xz file")]
    [InlineData("894844460D0A1A0A00", "an HDF5 file")]
    [InlineData("53514C69746520666F726D6174203300", "an SQLite database")]
    [InlineData("255044462D312E370A", "a PDF document")]
    [InlineData("3C21444F43545950452068746D6C3E0A3C68746D6C3E", "a web page (HTML)")]
    [InlineData("7B2261223A317D", "a JSON file")]
    [InlineData("504B0304140006007265737430", "a zip file or an Excel workbook (.xlsx), and damaged")]
    public void What_is_no_table_is_named(string hexadecimal, string what) =>
        Assert.Contains(what, Failure("t.csv", Convert.FromHexString(hexadecimal)), StringComparison.Ordinal);

    [Fact]
    public void A_zip_file_is_named_with_what_is_in_it()
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true)) archive.CreateEntry("t.csv");
        Assert.Contains("a zip file of 1 file; unpack it", Failure("t.zip", bytes.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_lead_nowhere_are_refused()
    {
        Assert.Contains("is a folder", Assert.Throws<UserInputException>(() => InputFile.Open(_folder)).Message, StringComparison.Ordinal);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.csv"), "nowhere.csv");
        Assert.Contains(
            "a symbolic link to nowhere.csv",
            Assert.Throws<UserInputException>(() => InputFile.Open(Path.Combine(_folder, "link.csv"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-32", true)]
    [InlineData("windows-1252", false)]
    public void Encodings_are_found_and_tables_written_back_in_them(string name, bool mark)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        byte[] bytes = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes("Größe,b\nKöln,1\nŒuvre,\n")];
        var table = TableReader.Read(Write("t.csv", bytes));
        Assert.Equal("Größe", table.Header[0]);
        using var written = new MemoryStream();
        TableWriter.Write(written, table, (_, _) => null);
        Assert.Equal(bytes, written.ToArray());
    }

    [Fact]
    public void Text_that_is_neither_of_two_encodings_asks_for_its_name()
    {
        byte[] mixed = [.. Encoding.UTF8.GetBytes("größe,b\nKöln,1\n"), .. Encoding.Latin1.GetBytes("Genève,2\n")];
        Assert.Contains("line 3: the text is not UTF-8, and other lines are", Failure("t.csv", mixed), StringComparison.Ordinal);
        var cyrillic = CodePagesEncodingProvider.Instance.GetEncoding("windows-1251")!.GetBytes("город,b\nЂ\u0402ќ,1\nПсков,2\n");
        Assert.Contains("nor Windows-1252; name its encoding with --encoding", Failure("t.csv", cyrillic), StringComparison.Ordinal);
        Assert.Equal("город", TableReader.Read(Write("t.csv", cyrillic), new ReadOptions { Encoding = "cp1251" }).Header[0]);
        Assert.Contains(
            "'klingon' is no encoding",
            Assert.Throws<UserInputException>(
                () => TableReader.Read(Write("t.csv", cyrillic), new ReadOptions { Encoding = "klingon" })).Message,
            StringComparison.Ordinal);
    }
}
