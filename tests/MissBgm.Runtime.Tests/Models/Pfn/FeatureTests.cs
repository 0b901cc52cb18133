using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Models.Pfn;

public sealed class FeatureTests
{
    private static readonly FeatureView Scores = new(Indicators: false, Scores: true);

    [Fact]
    public void Numbers_become_the_normal_scores_of_their_mid_ranks()
    {
        // Ranks of 1, 2, 2, 1000 are 0.5, 2, 2 and 3.5 of 4.
        float[] expected = [Score(0.5 / 4), Score(2.0 / 4), Score(2.0 / 4), Score(3.5 / 4)];
        Assert.Equal(expected, Encode(["1", "2", "2", "1000"], ["1", "2", "2", "1000"]));
    }

    [Fact]
    public void New_numbers_lie_between_their_neighbours_and_never_beyond_the_outermost()
        => Assert.Equal([Score(0.5 / 4), Score(1.0 / 4), Score(3.5 / 4)], Encode(["1", "2", "3", "4"], ["-50", "1.5", "1e9"]));

    [Fact]
    public void A_monotone_change_of_a_column_changes_no_score()
    {
        var numbers = Enumerable.Range(0, 30).Select(i => Math.Sin(i) * 3).ToArray();
        var (straight, bent) = (Array.ConvertAll(numbers, x => $"{x:R}"), Array.ConvertAll(numbers, x => $"{Math.Exp(x):R}"));
        Assert.Equal(Encode(straight, straight), Encode(bent, bent));
    }

    private static float Score(double share) => (float)StandardNormal.Quantile(share);

    private static float[] Encode(string[] train, string[] test)
        => FeatureEncoding.Learn(Column(train), target: null).Encode(Column(test), Scores).Values;

    private static Table Column(string[] cells) => Table.FromText(["x"], cells, MissingTokens.Default);
}
