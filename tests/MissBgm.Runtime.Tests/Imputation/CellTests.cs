using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Imputation;

/// <summary>What is written of a cell is finite, and its mean lies within its interval.</summary>
public sealed class CellTests
{
    private static ImputedCell Sum(ColumnSchema schema, double[] draws, (double, double)? moments = null) =>
        ImputedCell.Of(
            new CellPosterior(0, 0)
            {
                Draws = draws,
                Moments = moments,
                Mode = draws[0],
                Convergence = new ConvergenceSummary(1, 100, 100),
            },
            0, schema, 0.05);

    private static ColumnSchema Column(ColumnType type) => TestModel.Columns(1, 5, 0.3, type)[0];

    /// <summary>A column of fives and one six: its draws are whole, and so is what its mean is of.</summary>
    [Fact]
    public void Fives_and_a_six_have_a_mean_within_their_interval()
    {
        var cell = Sum(Column(ColumnType.Integer), [.. Enumerable.Repeat(5.0, 99), 6], (4.882, 0.3));
        Assert.Equal(5.01, cell.Mean, 12);
        Assert.Equal((5, 6), (cell.Lower, cell.Upper));
        cell.RequireSound(true, 0, Column(ColumnType.Integer));
        Assert.Equal((5, 5), (Sum(Column(ColumnType.Integer), [5, 5, 5, 5]).Lower, Sum(Column(ColumnType.Integer), [5, 5, 5, 5]).Upper));
    }

    [Fact]
    public void A_mean_that_one_large_draw_pulls_out_takes_the_interval_with_it()
    {
        var cell = Sum(Column(ColumnType.Numeric), [.. Enumerable.Repeat(0.0, 99), 1e6]);
        Assert.Equal((0, 1e4), (cell.Lower, cell.Upper));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e200)]
    public void What_leaves_the_finite_numbers_is_not_written(double draw)
    {
        var cell = Sum(Column(ColumnType.Numeric), [0, 1, draw, -draw]);
        Assert.Contains(
            "Data row 7, column 'a'",
            Assert.Throws<NumericalException>(() => cell.RequireSound(true, 7, Column(ColumnType.Numeric))).Message,
            StringComparison.Ordinal);
    }
}
