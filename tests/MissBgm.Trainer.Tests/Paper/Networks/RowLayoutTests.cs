using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Paper.Networks;

namespace MissBgm.Trainer.Tests.Paper.Networks;

public sealed class RowLayoutTests
{
    private static readonly EncodedTable Table =
        new(3, 3, [0.5f, 1, 2, -1, 0, 0, 0, 1, 1], [1, 1, 1, 1, 1, 0, 0, 1, 1]) { Discrete = [new(2, false), new(3, true)] };

    [Fact]
    public void Levels_stand_one_hot_and_missing_ones_as_zeros()
    {
        var data = RowLayout.Of(Table).Expand(Table);

        Assert.Equal([0.5f, 0, 1, 0, 0, 1, -1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0], data.Values);
        Assert.Equal([1f, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1], data.Observed);
    }

    [Fact]
    public void The_largest_place_is_the_level()
    {
        var layout = RowLayout.Of(Table);

        Assert.Equal([0.5f, 1, 2], layout.Numbers([0.5f, 0.2f, 0.8f, 0.1f, 0.3f, 0.6f]));
        Assert.Equal([0.5f, 0, 1, 0, 0, 1], layout.Decided([0.5f, 0.2f, 0.8f, 0.1f, 0.3f, 0.6f]));
        Assert.Equal(Table.Values, layout.Numbers(layout.Expand(Table).Values));
    }

    [Fact]
    public void A_table_of_numbers_stands_as_it_is()
    {
        var table = new EncodedTable(1, 2, [1, 2], [1, 1]);

        Assert.Same(table, RowLayout.Of(table).Expand(table));
    }
}
