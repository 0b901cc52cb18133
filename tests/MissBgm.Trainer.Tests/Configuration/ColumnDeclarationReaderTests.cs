using System.Text;
using MissBgm.Runtime;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Tests.Configuration;

public sealed class ColumnDeclarationReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_are_declared_by_name()
    {
        var columns = Read("columns:\n  grade: {type: ordinal, levels: [low, high]}\n  age: {type: integer, minimum: 0}\n  type: {levels: [a, b]}\n").Columns;

        Assert.Equal((ColumnType.Ordinal, "low,high"), (columns["grade"].Type, string.Join(',', columns["grade"].Levels!)));
        Assert.Equal((ColumnType.Integer, 0.0, null), (columns["age"].Type, columns["age"].Minimum, columns["age"].Maximum));
        Assert.Equal(ColumnType.Binary, columns["type"].Type);
        Assert.EndsWith("c.yaml, line 3", columns["age"].Origin);
    }

    [Theory]
    [InlineData("columns: {a: {tpe: integer}}", "line 1: unknown key 'columns.a.tpe'. Did you mean 'type'?")]
    [InlineData("columns: {a: {type: integr}}", "columns.a.type is 'integr'; allowed: numeric, integer, binary, ordinal, categorical. Did you mean 'integer'?")]
    [InlineData("columns:\n  a: {type: ordinal}", "line 2: columns.a.type is ordinal, which needs 'levels'")]
    [InlineData("columns: {a: {levels: [x, y, z]}}", "columns.a.levels needs 'type' beside it")]
    [InlineData("columns: {a: {levels: [x], type: ordinal}}", "must list two levels at least")]
    [InlineData("columns: {a: {levels: [x, y, x], type: ordinal}}", "lists 'x' twice")]
    [InlineData("columns: {a: {levels: [x, y, z], type: binary}}", "lists 3 levels; a binary column has two")]
    [InlineData("columns: {a: {levels: [1, 2], type: integer}}", "numbers take minimum and maximum")]
    [InlineData("columns: {a: {type: binary, minimum: 0}}", "others take levels")]
    [InlineData("columns: {a: {minimum: 3, maximum: 1}}", "columns.a.maximum is 1, not above the minimum 3")]
    [InlineData("column_types: guess", "column_types is 'guess'; allowed: detect, numeric")]
    public void What_makes_no_sense_is_refused_with_line_and_key(string yaml, string message) =>
        Assert.Contains(message, Assert.Throws<UserInputException>(() => Read(yaml)).Message);

    [Fact]
    public void A_column_that_the_table_does_not_have_is_refused_with_the_name_that_was_meant()
    {
        var table = TableReader.Read(new MemoryStream(Encoding.UTF8.GetBytes("age,sex\n1,2\n")), "t.csv");
        var message = Assert.Throws<UserInputException>(
            () => ColumnDeclarationReader.RequireKnown(Read("z_dim: 2\ncolumns: {agee: {minimum: 0}}"), table)).Message;
        Assert.EndsWith("c.yaml, line 2: t.csv has no column 'agee'. Did you mean 'age'? Its columns: age, sex.", message);
    }

    private ColumnDeclarations Read(string yaml) => FitConfigReader.Read(_folder.Write("c.yaml", yaml)).Columns;
}
