using System.Text;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Tables;

public class TableSchemaTests
{
    private static Table Read(string text) => TableReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "t.csv");

    [Fact]
    public void Columns_are_described_from_their_observed_cells()
    {
        var schema = TableSchema.Detect(
            Read("whole,real,constant\n1,0.5,7\n3,,7\n,1.5,\n8,2.5,7\n"),
            new() { Columns = new Dictionary<string, ColumnDeclaration> { ["constant"] = new() { Role = ColumnRole.Both } } });
        Assert.Equal([ColumnType.Integer, ColumnType.Numeric, ColumnType.Integer], schema.Columns.Select(c => c.Type));
        Assert.Equal(4.0, schema.Columns[0].Location);
        Assert.Equal(Math.Sqrt((9 + 1 + 16) / 3.0), schema.Columns[0].Scale, 12);
        Assert.Equal((1.0, 8.0, 0.75), (schema.Columns[0].Minimum, schema.Columns[0].Maximum, schema.Columns[0].ObservedShare));
        Assert.True(schema.Columns[2].IsConstant);
        Assert.Equal(["whole", "real"], schema.Modelled.Select(c => c.Name));
    }

    [Fact]
    public void Whole_values_with_a_decimal_point_are_real_numbers() =>
        Assert.Equal(ColumnType.Numeric, TableSchema.Detect(Read("a\n1.0\n2.0\n")).Columns[0].Type);

    [Theory]
    [InlineData("a,b\n1,2\n3,x1\n", "t.csv, line 3, column 'b': 'x1' is not a number;")]
    [InlineData("a,b\n1.5,2\n3,\"4,5\"\n6,7.5\n", "line 3, column 'b': '4,5' is a number written otherwise than the column's others")]
    [InlineData("a,b\n1,2\n3,inf\n", "line 3, column 'b': 'inf' is not a finite number")]
    [InlineData("a,b\n1,-Infinity\n3,4\n", "line 2, column 'b': '-Infinity' is not a finite number")]
    [InlineData("a,b\n1,1e999\n3,4\n", "line 2, column 'b': '1e999' is not a finite number")]
    [InlineData("a,b\n1,2\n1,2\n", "every column has one value")]
    [InlineData("a,b\n1,-1e308\n3,1e308\n", "column 'b' spans")]
    public void What_cannot_be_modelled_is_refused_with_the_place(string text, string message) =>
        Assert.Contains(message, Assert.Throws<UserInputException>(() => TableSchema.Detect(Read(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void Encoding_standardises_by_name_and_decoding_restores()
    {
        var schema = TableSchema.Detect(Read("a,k,b\n1,5,10\n3,5,20\n5,5,60\n"));
        var encoded = schema.Encode(Read("b,a,k\n20,,5\n,3,\n"));
        Assert.Equal((2, 2), (encoded.Rows, encoded.Columns));
        Assert.Equal([0f, 1f, 1f, 0f], encoded.Observed);
        Assert.Equal(0f, encoded.Values[0]);
        Assert.Equal(20.0, schema.Decode(1, encoded.Values[1]), 1e-5);
        Assert.Equal(3.0, schema.Decode(0, encoded.Values[2]), 1e-5);
    }

    [Fact]
    public void Differing_columns_are_named()
    {
        var schema = TableSchema.Detect(Read("a,b,c\n1,2,3\n4,5,6\n"));
        var message = Assert.Throws<UserInputException>(() => schema.Encode(Read("c,a,x,y\n1,2,3,4\n"))).Message;
        Assert.Contains("lacks the column 'b', which the training table had; add it", message, StringComparison.Ordinal);
        Assert.Contains("has the columns 'x', 'y' besides", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_out_of_all_proportion_is_refused()
    {
        var schema = TableSchema.Detect(Read("a,b\n1,2\n4,5\n"));
        Assert.Contains(
            "line 2, column 'a': 1e300", Assert.Throws<UserInputException>(() => schema.Encode(Read("a,b\n1e300,2\n"))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1234.56789, 300.0, "1234.5679")]
    [InlineData(0.1234567891, 1.0, "0.123457")]
    [InlineData(-1e-9, 1.0, "0")]
    [InlineData(2021.1234567, 0.001, "2021.1234567")]
    [InlineData(1.23456789e-20, 1e-20, "1.23456789E-20")]
    public void Imputed_values_carry_six_digits_below_the_standard_deviation(double value, double scale, string text) =>
        Assert.Equal(text, NumberText.Format(value, new ColumnSchema
        {
            Name = "a",
            Type = ColumnType.Numeric,
            Location = 0,
            Scale = scale,
            Minimum = 0,
            Maximum = 1,
            ObservedShare = 1,
        }));
}
