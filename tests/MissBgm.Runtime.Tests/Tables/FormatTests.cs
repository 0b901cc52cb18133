using System.Diagnostics;
using System.Text;
using MiniExcelLibs;
using MissBgm.Runtime.Tables;
using Parquet;
using Parquet.Schema;

namespace MissBgm.Runtime.Tests.Tables;

public sealed class FormatTests : IDisposable
{
    private const string Text = "n,x,when,city,\"empty\"\n1,0.5,2024-01-31,Köln,\n,1.25,2024-02-29,\"a \"\"b\"\", c\",\n3,,,,\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-formats-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Table FromText(string text) => TableReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "t.csv");

    private static Table Through(Table table, TableFileKind kind, Func<int, int, string?>? imputed = null)
    {
        var stream = new MemoryStream();
        TableWriter.Write(stream, table, imputed ?? ((_, _) => null), kind: kind);
        return TableReader.Read(new MemoryStream(stream.ToArray()), "t");
    }

    private static string AsText(Table table)
    {
        var stream = new MemoryStream();
        TableWriter.Write(stream, table, (_, _) => null, kind: new TableFileKind(TableFileFormat.Text, TablePacking.None));
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Theory]
    [InlineData(TableFileFormat.Parquet)]
    [InlineData(TableFileFormat.Arrow)]
    public void A_table_goes_through_a_format_with_types_and_comes_back(TableFileFormat format)
    {
        var kind = new TableFileKind(format, TablePacking.None);
        var typed = Through(FromText(Text), kind);
        Assert.Equal(Text.Replace("\"empty\"", "empty", StringComparison.Ordinal), AsText(typed));
        // And once more with the file's own types.
        Assert.Equal(AsText(typed), AsText(Through(typed, default)));
        var filled = Through(typed, default, (row, column) => column switch { 0 => "2", 1 => "0.75", 2 => "2024-03-01", 3 => "Bonn", _ => null });
        Assert.Equal(
            ("2", "0.75", "2024-03-01", "Bonn", true),
            (filled.Text(1, 0), filled.Text(2, 1), filled.Text(2, 2), filled.Text(2, 3), filled.IsMissing(0, 4)));
    }

    [Theory]
    [InlineData(TablePacking.Gzip)]
    [InlineData(TablePacking.Zstandard)]
    public void Packed_text_comes_back_byte_for_byte(TablePacking packing)
    {
        var path = Path.Combine(_folder, "t");
        using (var file = File.Create(path)) TableWriter.Write(file, FromText(Text), (_, _) => null, kind: new TableFileKind(TableFileFormat.Text, packing));
        Assert.Equal(Text, AsText(TableReader.Read(path)));
    }

    [Theory]
    [InlineData("a.csv.gz", TableFileFormat.Text, TablePacking.Gzip)]
    [InlineData("a.csv.zst", TableFileFormat.Text, TablePacking.Zstandard)]
    [InlineData("a.PARQUET", TableFileFormat.Parquet, TablePacking.None)]
    [InlineData("a.feather", TableFileFormat.Arrow, TablePacking.None)]
    [InlineData("a", null, TablePacking.None)]
    public void The_ending_names_the_format(string path, TableFileFormat? format, TablePacking packing) =>
        Assert.Equal(new TableFileKind(format, packing), TableFileKind.Of(path));

    [Fact]
    public void A_workbook_is_read_and_not_written()
    {
        var path = Path.Combine(_folder, "t.xlsx");
        object?[] rows =
        [
            new { name = "a", size = (double?)1.5, when = (DateTime?)new DateTime(2024, 1, 31), ok = (bool?)true },
            new { name = "b", size = (double?)null, when = (DateTime?)null, ok = (bool?)false },
            new { name = "c", size = (double?)2, when = (DateTime?)new DateTime(2024, 2, 29), ok = (bool?)null },
        ];
        MiniExcel.SaveAs(path, rows.Cast<dynamic>());
        var table = TableReader.Read(path);
        Assert.Equal(["name", "size", "when", "ok"], table.Header);
        Assert.Equal((1.5, true, 2.0, "2024-02-29"), (table.Number(0, 1), table.IsMissing(1, 1), table.Number(2, 1), table.Text(2, 2)));
        Assert.Contains("Excel is read and not written", Assert.Throws<UserInputException>(() => TableFileKind.Of("o.xlsx")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Types_of_a_Parquet_file_are_kept()
    {
        var fields = new DataField[]
        {
            new DataField<int>("i"), new DataField<float?>("f"), new DataField<bool?>("b"),
            new DecimalDataField("d", 10, 2, isNullable: true), new DataField<string>("s"), new DataField<DateTime?>("t"),
        };
        var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields.ToArray<Field>()), stream))
        {
            writer.CustomMetadata = new Dictionary<string, string> { ["pandas"] = "{}" };
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<int>(fields[0], new[] { 1, 2, 3 });
            await group.WriteAsync<float>(fields[1], new float?[] { 0.1f, null, 2 });
            await group.WriteAsync<bool>(fields[2], new bool?[] { true, null, false });
            await group.WriteAsync<decimal>(fields[3], new decimal?[] { 1.25m, null, 3 });
            await group.WriteAsync(fields[4], new[] { "x", "", null });
            await group.WriteAsync<DateTime>(
                fields[5],
                new DateTime?[]
                {
                    new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc), null, new DateTime(2024, 1, 3, 0, 0, 0, DateTimeKind.Utc),
                });
        }

        var table = TableReader.Read(new MemoryStream(stream.ToArray()), "t.parquet");
        Assert.Equal((0.1, "true", 1.25), (table.Number(0, 1), table.Text(0, 2), table.Number(0, 3)));
        var written = new MemoryStream();
        TableWriter.Write(written, table, (_, column) => column switch { 1 => "1.5", 2 => "true", 3 => "2.3333", 5 => "2024-01-02T12:00:00", _ => null });
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(written.ToArray()));
        Assert.Equal("{}", reader.CustomMetadata["pandas"]);
        Assert.Equal(fields.Select(Type), reader.Schema.GetDataFields().Select(Type));
        var back = TableReader.Read(new MemoryStream(written.ToArray()), "t.parquet");
        Assert.Equal(
            ("1.5", "true", "2.33", false, "2024-01-02T12:00:00"),
            (back.Text(1, 1), back.Text(1, 2), back.Text(1, 3), back.IsMissing(0, 4), back.Text(1, 5)));
        // An empty text is no missing one, and neither is imputed here.
        Assert.Equal(["x", "", ""], Enumerable.Range(0, 3).Select(row => back.Text(row, 4)));
    }

    // The library reads texts as another type than it writes them as.
    private static (string, Type, bool) Type(DataField field) =>
        (field.Name, field.ClrType == typeof(ReadOnlyMemory<char>) ? typeof(string) : field.ClrType, field.IsNullable);

    [Theory]
    [InlineData("PAR1garbage that is no Parquet file PAR1", "is a Parquet file, and damaged")]
    [InlineData("ARROW1\0\0garbage", "is an Arrow file, and damaged")]
    public void A_damaged_file_is_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<UserInputException>(() => FromText(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_pandas_writes_is_read_and_pandas_reads_what_is_written()
    {
        const string Python = "/usr/bin/python3";
        if (!File.Exists(Python) || Call(Python, "-c", "import pandas").Code != 0) return;
        var (data, back) = (Path.Combine(_folder, "p.csv.gz"), Path.Combine(_folder, "b.csv"));
        var (code, output) = Call(Python, "-c", $"""
            import pandas, numpy
            times = pandas.to_datetime(['2024-01-01 10:00', '2024-01-02 11:30', None])
            frame = pandas.DataFrame(dict(n=[1, None, 3], x=[1e-7, 2.5, float('nan')], s=['a,b', None, 'say "hi"'], t=times))
            frame.to_csv({Quoted(data)}, index=False)
            """);
        Assert.True(code == 0, output);
        var table = TableReader.Read(data);
        Assert.Equal((3, 4, 1e-7, true), (table.Rows, table.MissingCells, table.Number(0, 1), table.IsMissing(1, 2)));
        using (var file = File.Create(back)) TableWriter.Write(file, table, (_, _) => null);
        (code, output) = Call(
            Python, "-c",
            $"import pandas; pandas.testing.assert_frame_equal(pandas.read_csv({Quoted(data)}), pandas.read_csv({Quoted(back)}))");
        Assert.True(code == 0, output);
    }

    private static string Quoted(string text) => $"'{text}'";

    private static (int Code, string Output) Call(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
