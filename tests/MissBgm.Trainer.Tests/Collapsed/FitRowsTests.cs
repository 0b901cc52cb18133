using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;

namespace MissBgm.Trainer.Tests.Collapsed;

/// <summary>Which rows of a tall table a fit takes.</summary>
public sealed class FitRowsTests
{
    [Theory]
    [InlineData(20_000, 2000, 20_000)]
    [InlineData(30_000, 2000, 20_000)]
    [InlineData(100_000, 20, 100_000)]
    [InlineData(1_000_000, 20, 100_000)]
    [InlineData(1_000_000, 100, 40_000)]
    public void At_most_a_hundred_thousand_rows_or_four_million_cells(int rows, int columns, int taken) =>
        Assert.Equal(taken, FitRows.Count(rows, columns));

    [Fact]
    public void A_choice_is_of_rows_of_the_table_in_their_order_and_the_seed_s()
    {
        var table = new EncodedTable(120_000, 1, [.. Enumerable.Range(0, 120_000).Select(row => (float)row)], [.. Enumerable.Repeat(1f, 120_000)]);
        var chosen = FitRows.Of(table, 1);
        Assert.Equal(100_000, chosen.Rows);
        Assert.Equal(chosen.Values.Order().Distinct(), chosen.Values);
        Assert.Equal(chosen.Values, FitRows.Of(table, 1).Values);
        Assert.NotEqual(chosen.Values, FitRows.Of(table, 2).Values);
        Assert.Same(chosen, FitRows.Of(chosen, 1));
    }
}
