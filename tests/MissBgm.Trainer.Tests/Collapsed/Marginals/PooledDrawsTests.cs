using MissBgm.Trainer.Collapsed.Marginals;

namespace MissBgm.Trainer.Tests.Collapsed.Marginals;

public class PooledDrawsTests
{
    [Fact]
    public void Shares_below_a_cut_point_are_those_that_counting_gives()
    {
        var random = new Random(3);
        // On a grid, so that draws and truths meet one another and the cut-points.
        double Next() => Math.Round(4 * random.NextDouble() - 2, 1);
        var cells = Enumerable.Range(0, 23).Select(_ => new HiddenCell(Next(), [.. Enumerable.Range(0, 11).Select(_ => Next())])).ToArray();
        var pooled = new PooledDraws(cells);

        for (var at = -2.15; at < 2.2; at += 0.05)
        {
            var cut = Math.Round(at, 2);
            var chances = Array.ConvertAll(cells, cell => cell.Draws.Count(draw => draw <= cut) / 11.0);
            var (mean, variance) = pooled.ChancesBelow(cut);
            Assert.Equal(chances.Average(), mean, 12);
            Assert.Equal(chances.Average(chance => (chance - chances.Average()) * (chance - chances.Average())), variance, 12);
            Assert.Equal(cells.Count(cell => cell.Truth <= cut) / 23.0, pooled.ShareOfTruthBelow(cut), 12);
        }
    }
}
