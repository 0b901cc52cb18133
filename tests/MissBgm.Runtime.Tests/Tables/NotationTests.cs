using System.Text;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Tables;

public class NotationTests
{
    private static Table Read(string text, ReadOptions? options = null) => TableReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "t.csv", options);

    private static double[] Numbers(string text, int column = 0, ReadOptions? options = null)
    {
        var table = Read(text, options);
        return [.. Enumerable.Range(0, table.Rows).Where(row => !table.IsMissing(row, column)).Select(row => table.Number(row, column))];
    }

    [Theory]
    [InlineData("a;b\n1,5;x\n2;y\n", new[] { 1.5, 2 })]
    [InlineData("a\tb\n1,5\tx\n12,25\ty\n", new[] { 1.5, 12.25 })]
    [InlineData("a,b\n\"1,5\",x\n\"0,25\",y\n", new[] { 1.5, 0.25 })]
    [InlineData("a;b\n1.234,5;x\n7,25;y\n", new[] { 1234.5, 7.25 })]
    [InlineData("a,b\n\"1,234\",x\n\"12,345,678\",y\n56,z\n", new[] { 1234.0, 12345678, 56 })]
    [InlineData("a,b\n\"1,234.5\",x\n\"2,000\",y\n", new[] { 1234.5, 2000 })]
    [InlineData("a,b\n\"12,34,567\",x\n\"1,23,456.5\",y\n", new[] { 1234567.0, 123456.5 })]
    [InlineData("a;b\n1 234,5;x\n12;y\n", new[] { 1234.5, 12 })]
    [InlineData("a;b\n1'234.5;x\n12;y\n", new[] { 1234.5, 12 })]
    [InlineData("a;b\n1.234;1,5\n2.500;2,5\n", new[] { 1234.0, 2500 })]
    [InlineData("a;b\n1.234;1.5\n2.500;2.25\n", new[] { 1.234, 2.5 })]
    [InlineData("a,b\n12%,x\n7.5%,y\n", new[] { 12, 7.5 })]
    [InlineData("a,b\n$12.50,x\n\"$1,200.00\",y\n-$3.25,z\n", new[] { 12.5, 1200, -3.25 })]
    [InlineData("a;b\n12,50 €;x\n(3,00 €);y\n", new[] { 12.5, -3 })]
    [InlineData("a,b\nUSD 12,x\nUSD 13,y\n", new[] { 12.0, 13 })]
    [InlineData("a,b\n70 kg,x\n68.5 kg,y\n", new[] { 70, 68.5 })]
    [InlineData("a,b\n1e-3,x\n2.5E+2,y\n", new[] { 1e-3, 250 })]
    [InlineData("a,b\n1970-01-02,x\n1970-02-01,y\n", new[] { 1.0, 31 })]
    [InlineData("a,b\n1970-01-02T12:00:00Z,x\n1970-01-03T00:00:00Z,y\n", new[] { 1.5, 2 })]
    [InlineData("a;b\n02.01.1970;x\n1.2.1970;y\n", new[] { 1.0, 31 })]
    [InlineData("a,b\n01/13/1970,x\n02/01/1970,y\n", new[] { 12.0, 31 })]
    [InlineData("a,b\n13/01/1970,x\n01/02/1970,y\n", new[] { 12.0, 31 })]
    [InlineData("a,b\n06:00,x\n18:00,y\n", new[] { 0.25, 0.75 })]
    [InlineData("a,b\n19700102,x\n19700103,y\n", new[] { 1.0, 2 })]
    public void Numbers_are_read_as_their_column_writes_them(string text, double[] expected)
    {
        var numbers = Numbers(text);
        Assert.Equal(expected.Length, numbers.Length);
        Assert.All(expected.Zip(numbers), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void A_declared_mark_decides_where_the_column_leaves_it_open()
    {
        const string Text = "a,b\n\"1,234\",x\n\"2,345\",y\n";
        Assert.Equal([1234.0, 2345], Numbers(Text));
        Assert.Equal([1.234, 2.345], Numbers(Text, options: new ReadOptions { Decimal = ',' }));
    }

    [Theory]
    [InlineData("a;b\n1,5;\n2,5;3\n;4\n4;5\n", "2,5", 2.5)]
    [InlineData("a,b\n$1.50,1\n$2.50,3\n,4\n\"$1,000.00\",5\n", "$2,345.68", 2345.678)]
    [InlineData("a,b\n12 %,1\n15 %,3\n,4\n18 %,5\n", "14 %", 14.2)]
    [InlineData("a,b\n2024-01-01,1\n2024-03-01,3\n,4\n2024-04-01,5\n", "2024-02-10", 19763.4)]
    public void An_imputed_number_is_written_as_its_column_is(string text, string expected, double value)
    {
        var column = TableSchema.Detect(Read(text)).Columns[0];
        Assert.Equal(expected, NumberText.Format(value, column));
    }

    [Theory]
    [InlineData("nan")]
    [InlineData("None")]
    [InlineData("null")]
    [InlineData("#N/A")]
    [InlineData("?")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("n/a")]
    public void Tokens_of_other_programs_are_missing_amid_numbers_and_said(string token)
    {
        var table = Read($"a,b\n1,x\n{token},y\n2.5,{token}\n");
        Assert.Equal((true, false), (table.IsMissing(1, 0), table.IsMissing(2, 1)));
        Assert.Contains($"column 'a': '{token}' counts as missing (1 cell)", Assert.Single(table.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-999", "-999.00", true)]
    [InlineData("-999", "-999,0", true)]
    [InlineData("-999", "-99", false)]
    [InlineData("?", "?", true)]
    public void A_number_as_token_stands_for_all_ways_of_writing_it(string token, string cell, bool missing) =>
        Assert.Equal(missing, MissingTokens.Parse(token).Contains(cell));

    [Fact]
    public void Comments_and_separators_before_the_header_are_kept()
    {
        const string Text = "# made in 2024\n# by hand\na,b\n1,2\n# half way\n3,\n";
        var table = Read(Text);
        Assert.Equal((2, 4, 6), (table.Rows, table.Line(0), table.Line(1)));
        using var written = new MemoryStream();
        TableWriter.Write(written, table, (_, _) => null);
        Assert.Equal(Text, Encoding.UTF8.GetString(written.ToArray()));
        Assert.Equal(["#id", "b"], Read("#id,b\n1,2\n").Header);
        Assert.Equal(["a", "b"], Read("sep=;\na;b\n1;2\n").Header);
        Assert.Equal(["a", "b"], Read("% x\n% y,z\na,b\n1,2\n", new ReadOptions { Comment = "%" }).Header);
    }

    [Fact]
    public void A_blank_line_of_a_one_column_table_is_a_missing_cell()
    {
        var table = Read("x\n1.5\n\n2.5\n\n");
        Assert.Equal((4, 2), (table.Rows, table.MissingCells));
        using var written = new MemoryStream();
        TableWriter.Write(written, table, (_, _) => "2");
        Assert.Equal("x\n1.5\n2\n2.5\n2\n", Encoding.UTF8.GetString(written.ToArray()));
    }

    [Fact]
    public void Units_that_differ_from_training_are_refused()
    {
        var schema = TableSchema.Detect(Read("w,b\n70 kg,1\n68 kg,2\n,3\n"));
        Assert.Contains(
            "is in lb, and in kg in the training table",
            Assert.Throws<UserInputException>(() => schema.Encode(Read("w,b\n150 lb,1\n"))).Message, StringComparison.Ordinal);
        Assert.Equal(1f, schema.Encode(Read("w,b\n70,1\n")).Values[0]);
    }

    [Fact]
    public void All_faults_of_a_table_are_named_in_one_run()
    {
        var message = Assert.Throws<UserInputException>(() => TableSchema.Detect(Read("a,b,c\n1,2,3\nx1,2.5,inf\n3,y1,5\n4,4,6\n5,y2,7\n"))).Message;
        Assert.Contains("t.csv: 3 faults:", message, StringComparison.Ordinal);
        Assert.Contains("line 3, column 'a': 'x1' is not a number", message, StringComparison.Ordinal);
        Assert.Contains("So it is with 1 more cell of the column", message, StringComparison.Ordinal);
        Assert.Contains("line 3, column 'c': 'inf' is not a finite number", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_of_missing_values_are_pointed_out()
    {
        var table = Read("age,x\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"{(i % 10 == 3 ? "-999" : $"{20 + i}")},{i * i % 7}\n")));
        Assert.Equal(
            "column 'age': -999 stands 3 times, far from all others (20 to 49); if it means missing, say so with --missing-tokens -999.",
            Assert.Single(Sentinels.Find(table, TableSchema.Detect(table))));
    }

    [Theory]
    [InlineData("spouse | married = no", new[] { true, false, false })]
    [InlineData("spouse | age < 30 and married = no", new[] { true, false, false })]
    [InlineData("spouse | age >= 40", new[] { false, true, false })]
    [InlineData("spouse", new[] { true, true, true })]
    [InlineData("spouse | married != no", new[] { false, true, false })]
    public void Rules_say_which_cells_stay_empty(string rule, bool[] expected)
    {
        var stays = KeepEmptyRule.Parse(rule).Of(Read("age,married,spouse\n25,no,\n40,yes,\n30,,\n"));
        Assert.Equal(expected, Enumerable.Range(0, 3).Select(stays));
    }

    [Theory]
    [InlineData("| a = 1", "cannot be read")]
    [InlineData("spouse | age", "cannot be read")]
    [InlineData("gone | age = 1", "has no column 'gone'")]
    [InlineData("spouse | married > x", "compares numbers")]
    public void Rules_that_cannot_be_followed_are_refused(string rule, string message) =>
        Assert.Contains(
            message, Assert.Throws<UserInputException>(() => KeepEmptyRule.Parse(rule).Of(Read("age,married,spouse\n25,no,\n"))).Message,
            StringComparison.Ordinal);
}
