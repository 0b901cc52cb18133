using System.Text;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Tables;

public class TableWriterTests
{
    [Fact]
    public void Only_missing_cells_change_down_to_bom_quotes_blanks_and_line_ends()
    {
        const string Text = "\uFEFF\"a\";b;c\r\n\"1\"; 2.50;\r\n;NA;1e3";
        var table = TableReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(Text)), "t.csv");
        using var stream = new MemoryStream();
        TableWriter.Write(stream, table, (row, column) => $"{row}{column}");
        Assert.Equal("\uFEFF\"a\";b;c\r\n\"1\"; 2.50;02\r\n10;11;1e3", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void A_range_of_rows_is_written_under_the_header()
    {
        var table = Table.FromNumbers(["a"], new double[,] { { 1 }, { 2 }, { double.NaN }, { 4 } });
        using var stream = new MemoryStream();
        TableWriter.Write(stream, table, (_, _) => "x", 1, 3);
        Assert.Equal("a\n2\nx\n", Encoding.UTF8.GetString(stream.ToArray()));
    }
}
