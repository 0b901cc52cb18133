using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Paper.Steps;

namespace MissBgm.Trainer.Tests.Paper.Steps;

public sealed class EpochScheduleTests
{
    [Theory]
    [InlineData(20, 16, "0+16 16+4")]
    [InlineData(16, 16, "0+16")]
    [InlineData(17, 16, "0+17")]
    [InlineData(33, 16, "0+16 16+17")]
    [InlineData(2, 16, "0+2")]
    public void Batches_cover_the_rows_and_none_but_a_whole_table_has_one_row(int rows, int batchSize, string expected)
        => Assert.Equal(expected, string.Join(" ", new EpochSchedule(new Philox(1), rows, batchSize).Batches.Select(b => $"{b.Start}+{b.Count}")));

    [Fact]
    public void The_batch_of_a_row_is_the_one_that_holds_it()
    {
        var schedule = new EpochSchedule(new Philox(1), 33, 8);
        var order = schedule.Order(3);

        var batches = schedule.BatchOf(3, order);

        Assert.Equal(Enumerable.Range(0, order.Length).OrderBy(i => i), order.OrderBy(i => i));
        for (var position = 0; position < order.Length; position++)
        {
            var (start, count) = schedule.Batches[(int)batches[position] - 3 * schedule.Batches.Count];
            Assert.InRange(position, start, start + count - 1);
        }
    }

    [Fact]
    public void The_warm_starts_batches_visit_every_row_equally_often()
    {
        var batches = new EndlessBatches(new Philox(1), 7, 4);

        var visits = Enumerable.Range(0, 14).SelectMany(i => batches.Rows(i)).GroupBy(row => row).ToDictionary(g => g.Key, g => g.Count());

        Assert.Equal(7, visits.Count);
        Assert.All(visits.Values, count => Assert.Equal(8, count));
    }
}
