using MissBgm.Runtime.Levels;
using MissBgm.Runtime.Models.Collapsed;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Models.Collapsed;

/// <summary>Where rows stop in a tree, and the levels they get there.</summary>
public class LevelTreesTests
{
    // x up to 10 and flag no: level 0 or 2; flag yes: level 1; x above 10: all, as no node is below.
    private static readonly LevelTree Tree = new()
    {
        Weight = 0.8,
        Nodes =
        [
            new LevelNode { Column = "x", Threshold = 10, Below = [1, -1], Levels = [0, 1, 2], Shares = [0.2, 0.3, 0.5] },
            new LevelNode { Column = "flag", Below = [2, 3], Levels = [0, 1, 2], Shares = [0.3, 0.3, 0.4] },
            new LevelNode { Levels = [0, 2], Shares = [0.25, 0.75] },
            new LevelNode { Levels = [1], Shares = [1] },
        ],
        Evidence = new LevelEvidence(20, 1, 1, 1),
    };

    [Theory]
    [InlineData(0f, 0f, 0.25, 0, 0.75)]
    [InlineData(0f, 1f, 0, 1, 0)]
    [InlineData(2f, 0f, 0.2, 0.3, 0.5)]
    public void Levels_are_drawn_with_the_chances_where_a_row_stops_and_left_as_often_as_the_tree_has_no_draw(
        float x, float flag, double none, double one, double two)
    {
        const int Draws = 2000;
        var (trees, counts) = (Trees(Tree), new int[4]);
        for (var i = 0; i < Draws; i++)
        {
            float[] row = [x, flag, 3];
            trees.Draw(row, [0, 0, 0], [0, 0, (i + 0.5f) / Draws]);
            counts[(int)row[2]]++;
        }

        double[] expected = [0.8 * none, 0.8 * one, 0.8 * two, 0.2];
        for (var k = 0; k < 4; k++) Assert.Equal(expected[k] * Draws, counts[k], 1.5);
    }

    [Fact]
    public void An_observed_level_stays()
    {
        float[] row = [0, 1, 3];
        Trees(Tree).Draw(row, [0, 0, 1], [0, 0, 0.1f]);
        Trees(Tree).Settle(row, [0, 0, 1]);
        Assert.Equal(3, row[2]);
    }

    [Fact]
    public void The_most_probable_level_is_the_tree_s_where_it_has_most_of_the_draws()
    {
        float[] row = [0, 0, 3];
        Trees(Tree with { Weight = 0.4 }).Settle(row, [1, 1, 0]);
        Assert.Equal(3, row[2]);
        Trees(Tree).Settle(row, [1, 1, 0]);
        Assert.Equal(2, row[2]);
    }

    [Fact]
    public void Without_a_completed_row_a_missing_cell_ends_the_way()
    {
        Assert.Equal(0.75, Trees(Tree).Chance(2, 2, [0, 0, 0], [1, 1, 0]));
        Assert.Equal(0.4, Trees(Tree).Chance(2, 2, [0, 0, 0], [1, 0, 0]));
        Assert.Equal(0.5, Trees(Tree).Chance(2, 2, [0, 0, 0], [0, 1, 0]));
        Assert.Equal(0, Trees(Tree).Chance(2, 3, [0, 0, 0], [1, 1, 0]));
    }

    // x has mean 8 and standard deviation 2, so that its threshold is 1.
    private static LevelTrees Trees(LevelTree tree) => LevelTrees.Of(
    [
        new ColumnSchema { Name = "x", Type = ColumnType.Numeric, Location = 8, Scale = 2, Minimum = 0, Maximum = 20, ObservedShare = 0.9 },
        Discrete("flag", ColumnType.Binary, ["no", "yes"]),
        Discrete("group", ColumnType.Categorical, ["a", "b", "c", "d"]) with { Tree = tree },
    ]);

    private static ColumnSchema Discrete(string name, ColumnType type, string[] levels) =>
        new() { Name = name, Type = type, Location = 0, Scale = 1, Minimum = 0, Maximum = levels.Length - 1, ObservedShare = 0.9, Levels = levels };
}
