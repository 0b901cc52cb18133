using System.Text;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Tables;

public class TableReaderTests
{
    private static Table Read(string text, MissingTokens? missing = null) => TableReader.Read(
        new MemoryStream(Encoding.UTF8.GetBytes(text)), "t.csv", missing is null ? null : new ReadOptions { Missing = missing });

    private static string Failure(string text) => Assert.Throws<UserInputException>(() => Read(text)).Message;

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    public void Header_tells_the_delimiter(char delimiter)
    {
        var table = Read("a,b,c\n1,,3\n4,NA,NaN\n".Replace(',', delimiter));
        Assert.Equal(["a", "b", "c"], table.Header);
        Assert.Equal(2, table.Rows);
        Assert.Equal(3, table.MissingCells);
        Assert.True(table.IsMissing(0, 1));
        Assert.Equal(4.0, table.Number(1, 0));
    }

    [Fact]
    public void Missing_tokens_can_be_chosen()
    {
        var table = Read("a,b\n?,2\nNA,-99\n", new MissingTokens(["?", "-99", "NA"]));
        Assert.True(table.IsMissing(0, 0) && table.IsMissing(1, 0) && table.IsMissing(1, 1));
        Assert.Equal(3, table.MissingCells);
    }

    [Fact]
    public void Quoted_fields_may_hold_delimiters_line_ends_and_marks()
    {
        var table = Read("\"a,\"\"x\"\"\",\"b\nc\"\r\n\"1\",2\r\n");
        Assert.Equal(["a,\"x\"", "b\nc"], table.Header);
        Assert.Equal(1.0, table.Number(0, 0));
        Assert.Equal(3, table.Line(0));
    }

    [Fact]
    public void Lines_are_counted_across_quoted_line_ends_and_every_line_ending()
    {
        foreach (var end in new[] { "\n", "\r\n", "\r" })
        {
            var table = Read($"a,b{end}\"1{end}\",2{end}3,4{end}");
            Assert.Equal(2, table.Line(0));
            Assert.Equal(4, table.Line(1));
        }
    }

    [Fact]
    public void No_such_file_is_said_so() =>
        Assert.Contains(
            "nowhere.csv: no such file", Assert.Throws<UserInputException>(() => TableReader.Read("nowhere.csv")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("a,b\n", "a header and no rows")]
    [InlineData("a,b\n1,2\n3\n", "line 3: the row has 1 fields, the header 2")]
    [InlineData("a,b\n1,2,3\n3,4\n", "line 2: the row has 3 fields, the header 2")]
    [InlineData("a,b\n1,2\n\n3,4\n", "line 3: the line is blank")]
    [InlineData("a,b\n1,\"2\n3,4\n", "line 2: a quotation mark is misplaced or never closed")]
    [InlineData("a,b\n1,5\" x\"\n", "line 2: a quotation mark is misplaced or never closed")]
    public void Malformed_tables_are_refused_with_the_place(string text, string message) =>
        Assert.Contains(message, Failure(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("a,b,a\n1,2,3\n", "a,b,a.1", "column 3, 'a', is called 'a.1'")]
    [InlineData("a,a,a.1,a\n1,2,3,4\n", "a,a.2,a.1,a.3", "column 2, 'a', is called 'a.2', column 4, 'a', is called 'a.3'")]
    public void Columns_of_one_name_are_numbered_and_written_as_they_were(string text, string names, string note)
    {
        var table = Read(text);
        Assert.Equal(names, string.Join(',', table.Header));
        Assert.Equal($"columns of one name: {note}.", Assert.Single(table.Notes));
        Assert.Equal(text.Split('\n')[0], string.Join(',', table.RawHeader));
        Assert.Empty(Read("a,b\n1,2\n").Notes);
    }

    [Fact]
    public void Blank_lines_at_the_end_do_not_count() => Assert.Equal(1, Read("a,b\n1,2\n\n\n").Rows);

    [Fact]
    public void Random_tables_write_back_unchanged()
    {
        var random = new Random(1);
        string[] pieces = ["1", "-2.5", "", "NA", "\"3\"", "\"x,y\"", "\"say \"\"hi\"\"\"", "\"two\nlines\"", " 7 ", "é"];
        for (var trial = 0; trial < 200; trial++)
        {
            var columns = random.Next(2, 5);
            var end = random.Next(2) == 0 ? "\n" : "\r\n";
            var text = string.Join(',', Enumerable.Range(0, columns).Select(c => $"c{c}"));
            for (var row = random.Next(1, 6); row > 0; row--)
            {
                text += end + string.Join(',', Enumerable.Range(0, columns).Select(_ => pieces[random.Next(pieces.Length)]));
            }

            if (random.Next(2) == 0) text += end;
            using var written = new MemoryStream();
            TableWriter.Write(written, Read(text), (_, _) => null);
            Assert.Equal(text, Encoding.UTF8.GetString(written.ToArray()));
        }
    }
}
