using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;

namespace MissBgm.Trainer.Tests.Collapsed;

/// <summary>How many latent dimensions wide tables have.</summary>
public sealed class DimensionChoiceTests
{
    [Theory]
    [InlineData(3, 5)]
    [InlineData(10, 10)]
    [InlineData(20, 20)]
    public void Wide_tables_have_as_many_dimensions_as_foretell_hidden_cells(int factors, int chosen) =>
        Assert.Equal(chosen, Choose(300, 60, factors));

    [Theory]
    [InlineData(300, 12)]
    [InlineData(60, 60)]
    public void Narrow_tables_and_those_of_few_rows_keep_the_default(int rows, int columns) => Assert.Equal(5, Choose(rows, columns, 10));

    [Theory]
    [InlineData(208, 60, 3)]
    [InlineData(170, 60, 0)]
    [InlineData(2000, 101, 0)]
    [InlineData(1_000_000, 20, 2)]
    [InlineData(100_000, 60, 0)]
    public void Mixtures_are_weighed_up_to_a_hundred_columns_and_on_tables_of_any_height(int rows, int columns, int sizes) =>
        Assert.Equal(sizes, GeneratorChoice.Sizes(rows, columns).Length);

    private static int Choose(int rows, int columns, int factors)
    {
        var (_, table) = new Scenario(rows, columns, factors, 7) { Observed = Scenario.Mcar }.Simulate();
        return DimensionChoice.Choose(table, [.. Enumerable.Repeat(ColumnType.Numeric, columns)], new CollapsedSettings(), 42, default);
    }
}
