using MissBgm.Runtime.Forests;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Forests;

/// <summary>Where rows end in a forest's trees, what is drawn there, and the forest's file.</summary>
public sealed class RegressionForestTests
{
    private static readonly RegressionForest Forest = TestForest.Of(2, 0, 1);

    [Theory]
    [InlineData(0.1f, 9f, -0.75, 0.25)]
    [InlineData(0.2f, -0.3f, 0.25, 0)]
    [InlineData(0.2f, 0f, 1.5, 0.408248)]
    public void A_row_ends_where_its_values_lead(float first, float second, double mean, double deviation)
    {
        var leaf = Forest.Leaf(0, [first, second, 0]);
        Assert.Equal(mean, Forest.Mean(leaf), 1e-6);
        Assert.Equal(deviation, Forest.Deviation(leaf), 1e-6);
    }

    [Fact]
    public void A_uniform_number_picks_a_tree_and_one_of_its_leaf_s_values_evenly()
    {
        var drawn = Enumerable.Range(0, 600).Select(i => Forest.Draw([0.2f, 0, 0], (i + 0.5) / 600).Value).CountBy(value => value).ToDictionary();
        Assert.Equal(new Dictionary<float, int> { [1] = 100, [1.5f] = 100, [2] = 100, [3] = 300 }, drawn);
        Assert.Equal(3, Forest.Draw([0.2f, 0, 0], 1.0).Value);
    }

    [Fact]
    public void The_file_gives_back_what_was_written()
    {
        var read = ForestFile.Read(ForestFile.Write([Forest, TestForest.Of(0, 1, 2)], 3), 3, "forests.bin");
        Assert.Equal(2, read.Count);
        Assert.Equal((2, 0), (read[0].Place, read[1].Place));
        Assert.Equal(Forest.Thresholds, read[0].Thresholds);
        Assert.Equal(Forest.Values, read[0].Values);
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_or_of_another_model_is_refused()
    {
        var bytes = ForestFile.Write([Forest], 3);
        for (var length = 0; length < bytes.Length; length += 4) Refused(bytes[..length], 3);
        Refused([.. bytes, 0], 3);
        Refused(bytes, 4);
    }

    // A cycle, a column that is not there or the forest's own, a leaf without values, values past the end, a root past the nodes, no number.
    [Fact]
    public void Trees_in_which_a_row_would_not_end_are_refused()
    {
        RegressionForest[] faulty =
        [
            Forest with { Below = [0, 0, 3, 2, 3, 6] }, Forest with { Columns = [3, -1, 1, -1, -1, -1] }, Forest with { Columns = [2, -1, 1, -1, -1, -1] },
            Forest with { Counts = [0, 0, 0, 1, 3, 1] }, Forest with { Counts = [0, 2, 0, 1, 3, 2] }, Forest with { Roots = [0, 6] },
            Forest with { Values = [-1, -0.5f, float.NaN, 1, 1.5f, 2, 3] }, Forest with { Below = [5, 0, 3, 2, 3, 6] }, Forest with { Roots = [] },
        ];
        foreach (var forest in faulty) Refused(ForestFile.Write([forest], 3), 3);
    }

    private static void Refused(byte[] bytes, int columns) => Assert.Contains(
        "truncated or altered", Assert.Throws<BundleException>(() => ForestFile.Read(bytes, columns, "forests.bin")).Message);
}
