using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Tables;

/// <summary>Which numbers of a column are taken for errors.</summary>
public class PlausibleRangeTests
{
    private static readonly double[] Heights = [.. Enumerable.Range(0, 200).Select(i => Math.Round(172 + 9 * StandardNormal.Quantile((i + 0.5) / 200), 1))];

    [Theory]
    [InlineData(18000.0)]
    [InlineData(-999.0)]
    [InlineData(1720.0)]
    public void A_lone_number_beyond_a_wide_gap_is_an_error(double error)
    {
        var range = PlausibleRange.Of([.. Heights.Append(error).Order()])!;
        Assert.False(range.Contains(error));
        Assert.All(Heights, height => Assert.True(range.Contains(height)));
    }

    [Fact]
    public void Errors_on_both_sides_do_not_hide_each_other()
    {
        var range = PlausibleRange.Of([.. Heights.Append(-999).Append(18000).Order()])!;
        Assert.False(range.Contains(-999) || range.Contains(18000));
    }

    [Fact]
    public void Numbers_that_come_often_are_no_errors()
    {
        var range = PlausibleRange.Of([.. Heights.Concat(Enumerable.Repeat(9999.0, 5)).Order()])!;
        Assert.True(range.Contains(9999));
    }

    [Fact]
    public void The_tail_of_a_skewed_column_is_no_error()
    {
        double[] incomes = [.. Enumerable.Range(0, 500).Select(i => Math.Exp(10 + 1.5 * StandardNormal.Quantile((i + 0.5) / 500)))];
        Assert.All(incomes, income => Assert.True(PlausibleRange.Of(incomes)!.Contains(income)));
    }

    [Fact]
    public void Columns_of_few_different_numbers_have_no_range()
    {
        Assert.Null(PlausibleRange.Of([.. Enumerable.Repeat(0.0, 100), 1, 1, 2, 40]));
        Assert.Null(PlausibleRange.Of([1.0, 2.0, 3.0]));
    }

    [Fact]
    public void An_error_counts_as_missing_and_leaves_mean_and_deviation_alone()
    {
        var with = Table.FromNumbers(["height"], Column([.. Heights, 18000]));
        var (schema, clean) = (TableSchema.Detect(with), TableSchema.Detect(Table.FromNumbers(["height"], Column(Heights))));
        Assert.Equal(clean.Columns[0].Location, schema.Columns[0].Location, 1e-9);
        Assert.Equal(clean.Columns[0].Scale, schema.Columns[0].Scale, 1e-9);
        Assert.Equal(18000, schema.Columns[0].Maximum);
        Assert.Equal(200, schema.Encode(with).Observed.Sum());
        static double[,] Column(double[] values)
        {
            var column = new double[values.Length, 1];
            for (var i = 0; i < values.Length; i++) column[i, 0] = values[i];
            return column;
        }
    }
}
