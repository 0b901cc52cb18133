using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Tests.Numerics;

public sealed class ScrambledSequenceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    [InlineData(512)]
    public void Every_aligned_run_of_draws_visits_as_many_equal_strata_once_each(int length)
    {
        foreach (var coordinate in Enumerable.Range(0, 20))
        {
            var sequence = Sequence(coordinate, 3);
            foreach (var run in Enumerable.Range(0, 5))
            {
                var visited = Enumerable.Range(run * length, length).Select(draw => (int)(Number(sequence, draw) * length)).Order();
                Assert.Equal(Enumerable.Range(0, length), visited);
            }
        }
    }

    // Over 4,000 independent sequences the number of each draw is uniform (Kolmogorov-Smirnov at 2.2 / sqrt(4000): each of 6 fails once in
    // 8,000), and coordinates are uncorrelated (five standard errors).
    [Fact]
    public void A_draw_is_uniform_over_the_sequences_and_coordinates_do_not_go_together()
    {
        const int Count = 4000;
        foreach (var draw in (int[])[0, 1, 2, 100, 255, 511])
        {
            var first = Enumerable.Range(0, Count).Select(row => Number(Sequence(0, row), draw)).ToArray();
            var second = Enumerable.Range(0, Count).Select(row => Number(Sequence(1, row), draw)).ToArray();
            var distance = first.Order().Select((u, i) => Math.Abs(u - (i + 0.5) / Count)).Max();
            Assert.True(distance < 2.2 / Math.Sqrt(Count), $"draw {draw}: distance {distance}");
            Assert.InRange(12 * first.Zip(second, (a, b) => (a - 0.5) * (b - 0.5)).Average(), -5 / Math.Sqrt(Count), 5 / Math.Sqrt(Count));
        }
    }

    // The mean of a smooth function of two coordinates: below a tenth of the error of independent draws.
    [Fact]
    public void Means_over_draws_are_far_more_accurate_than_those_of_independent_numbers()
    {
        const int Draws = 256;
        var square = Enumerable.Range(0, 200).Average(row =>
        {
            var mean = Enumerable.Range(0, Draws).Average(draw => Number(Sequence(0, row), draw) + Math.Pow(Number(Sequence(1, row), draw), 2));
            return Math.Pow(mean - 0.5 - 1.0 / 3, 2);
        });
        var independent = (1.0 / 12 + 4.0 / 45) / Draws;
        Assert.True(square < 0.01 * independent, $"mean square {square}, independent {independent}");
    }

    private static double Number(ScrambledSequence sequence, int draw) => sequence.Uniform(ScrambledSequence.Reverse((uint)draw));

    private static ScrambledSequence Sequence(int coordinate, long row) => ScrambledSequence.Of(new Philox(42), RandomPurpose.LatentProposal, row, coordinate);
}
