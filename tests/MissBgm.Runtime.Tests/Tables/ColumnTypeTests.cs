using System.Text;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Tables;

public class ColumnTypeTests
{
    private static Table Read(string text) => TableReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "t.csv");

    private static ColumnDeclarations Declare(string name, ColumnDeclaration column) =>
        new() { Columns = new Dictionary<string, ColumnDeclaration> { [name] = column } };

    [Fact]
    public void Types_are_found_from_the_cells()
    {
        var schema = TableSchema.Detect(Read("sex,colour,flag,count,size\nm,red,0,3,0.5\nf,blue,1,1,1.5\n,green,,2,2\nm, red ,1,1,3\n"));
        Assert.Equal(
            [ColumnType.Binary, ColumnType.Categorical, ColumnType.Binary, ColumnType.Integer, ColumnType.Numeric],
            schema.Columns.Select(c => c.Type));
        Assert.Equal(["f", "m"], schema.Columns[0].Levels!);
        Assert.Equal(["blue", "green", "red"], schema.Columns[1].Levels!);
        Assert.Equal(["0", "1"], schema.Columns[2].Levels!);
        Assert.Equal(["count", "size", "sex", "colour", "flag"], schema.Modelled.Select(c => c.Name));
    }

    [Fact]
    public void Levels_are_encoded_by_number_after_the_numeric_columns()
    {
        var table = Read("colour,size\nred,1\nblue,3\n,2\n");
        var encoded = TableSchema.Detect(table).Encode(table);
        Assert.Equal([1f, 0f, 0f], Enumerable.Range(0, 3).Select(row => encoded.Values[row * 2 + 1]));
        Assert.Equal([1f, 1f, 0f], Enumerable.Range(0, 3).Select(row => encoded.Observed[row * 2 + 1]));
        Assert.Equal(0f, encoded.Values[4]);
    }

    [Theory]
    [InlineData(TypeDetection.Off, ColumnType.Numeric)]
    [InlineData(TypeDetection.Full, ColumnType.Binary)]
    public void Detection_can_be_narrowed(TypeDetection detection, ColumnType type) =>
        Assert.Equal(type, TableSchema.Detect(Read("a\n0\n1\n"), new ColumnDeclarations { Detection = detection }).Columns[0].Type);

    [Fact]
    public void A_declaration_overrides_detection()
    {
        var table = Read("a,b\nlow,1\nhigh,2\nlow,1.0\n");
        var ordinal = TableSchema.Detect(table, Declare("a", new() { Type = ColumnType.Ordinal, Levels = ["low", "middle", "high"] })).Columns[0];
        Assert.Equal((ColumnType.Ordinal, 0.0, 2.0), (ordinal.Type, ordinal.Minimum, ordinal.Maximum));
        Assert.Equal(["1", "2"], TableSchema.Detect(table, Declare("b", new() { Type = ColumnType.Categorical })).Columns[1].Levels!);
        Assert.Equal((0.0, 5.0), Bounds(TableSchema.Detect(table, Declare("b", new() { Minimum = 0, Maximum = 5 })).Columns[1]));

        static (double?, double?) Bounds(ColumnSchema column) => (column.LowerBound, column.UpperBound);
    }

    [Fact]
    public void One_level_throughout_is_a_constant()
    {
        var schema = TableSchema.Detect(Read("a,b\nx,1\n,2\nx,3\n"), Declare("a", new() { Role = ColumnRole.ImputeOnly }));
        Assert.True(schema.Columns[0].IsConstant);
        Assert.Equal("x", NumberText.Format(schema.Columns[0].Location, schema.Columns[0]));
    }

    [Fact]
    public void Names_of_rows_are_carried_through_unless_declared()
    {
        var table = Read("id,b\n" + string.Concat(Enumerable.Range(0, 15).Select(i => $"person {i},{i}\n")));
        Assert.Equal([new CarriedColumn("id", CarriedReason.Names)], TableSchema.Detect(table).Carried);
        Assert.Equal(["b"], TableSchema.Detect(table).Columns.Select(column => column.Name));
        Assert.Equal(15, TableSchema.Detect(table, Declare("id", new() { Type = ColumnType.Categorical })).Columns[0].Levels!.Count);
    }

    [Theory]
    [InlineData(1800, 120, null)]
    [InlineData(60, 20, null)]
    [InlineData(640, 160, CarriedReason.Crowded)]
    [InlineData(2400, 400, CarriedReason.Crowded)]
    [InlineData(600, 400, CarriedReason.Names)]
    public void Schools_of_many_pupils_are_levels_or_too_many_but_no_names(int pupils, int schools, CarriedReason? reason)
    {
        var schema = TableSchema.Detect(Read("school,b\n" + string.Concat(Enumerable.Range(0, pupils).Select(i => $"school {i % schools},{i}\n"))));
        Assert.Equal(reason, schema.Carried.SingleOrDefault()?.Reason);
        Assert.Equal(reason is null ? schools : 0, schema.Columns.SingleOrDefault(column => column.IsDiscrete)?.Levels!.Count ?? 0);
    }

    [Fact]
    public void What_a_column_does_not_allow_is_refused_with_the_place()
    {
        var schema = TableSchema.Detect(Read("a,b\nx,1\ny,2\n"), Declare("b", new() { Minimum = 0, Maximum = 9 }));
        Refused("a,b\nx,-1\n", "t.csv, line 2, column 'b': -1 is below 0, the column's declared minimum");
        Refused("a,b\nx,10\n", "t.csv, line 2, column 'b': 10 is above 9, the column's declared maximum");

        void Refused(string text, string message) =>
            Assert.StartsWith(message, Assert.Throws<UserInputException>(() => schema.Encode(Read(text))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nx\ny\nz\n", ColumnType.Binary, "column 'a' has 3 levels ('x', 'y', 'z') and is declared binary")]
    [InlineData("a\n1\n1.5\n", ColumnType.Integer, "line 3, column 'a': 1.5 is not a whole number")]
    [InlineData("a\nx\ny\n", ColumnType.Numeric, "line 2, column 'a': 'x' is not a number")]
    public void Cells_that_contradict_a_declaration_are_refused(string text, ColumnType type, string message) =>
        Assert.Contains(
            message, Assert.Throws<UserInputException>(() => TableSchema.Detect(Read(text), Declare("a", new() { Type = type }))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(ColumnType.Integer, 2.7, "3")]
    [InlineData(ColumnType.Integer, 9.0, "5")]
    [InlineData(ColumnType.Numeric, -0.5, "0.5")]
    [InlineData(ColumnType.Numeric, 2.25, "2.25")]
    public void Imputed_values_are_values_of_their_column(ColumnType type, double value, string text) =>
        Assert.Equal(text, NumberText.Format(value, new ColumnSchema
        {
            Name = "a",
            Type = type,
            Location = 0,
            Scale = 1,
            Minimum = 1,
            Maximum = 5,
            ObservedShare = 1,
            LowerBound = 0.5,
            UpperBound = 5.5,
        }));
}
