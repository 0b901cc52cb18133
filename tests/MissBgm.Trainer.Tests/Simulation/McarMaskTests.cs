using MissBgm.Trainer.Simulation;

namespace MissBgm.Trainer.Tests.Simulation;

public sealed class McarMaskTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void The_share_of_hidden_cells_is_the_rate(double rate)
    {
        // 200,000 independent cells: five standard errors, false alarm 6e-7 for each rate.
        var observed = McarMask.Draw(4000, 50, rate, 7);
        var share = observed.Values.Count(o => o == 0) / (double)observed.Values.Length;
        Assert.InRange(share, rate - 5 * Math.Sqrt(rate * (1 - rate) / 200_000), rate + 5 * Math.Sqrt(rate * (1 - rate) / 200_000));
    }

    [Fact]
    public void The_same_seed_gives_the_same_mask_and_another_seed_another()
    {
        Assert.Equal(McarMask.Draw(50, 8, 0.3, 1).Values, McarMask.Draw(50, 8, 0.3, 1).Values);
        Assert.NotEqual(McarMask.Draw(50, 8, 0.3, 1).Values, McarMask.Draw(50, 8, 0.3, 2).Values);
    }

    [Fact]
    public void Every_row_and_every_column_keeps_a_cell() => MnarMaskTests.AssertNoEmptyLine(McarMask.Draw(300, 4, 0.97, 3));
}
