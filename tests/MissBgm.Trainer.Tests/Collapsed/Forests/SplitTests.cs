using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Forests;

namespace MissBgm.Trainer.Tests.Collapsed.Forests;

/// <summary>Where trees split rows.</summary>
public sealed class SplitTests
{
    private const int Rows = 60;
    private const int Columns = 19;
    private const int Target = 4;

    // Vectors hold 4 to 16 numbers, so that 19 columns fill some and leave one in part; one column has a single value.
    [Fact]
    public void Vectors_find_the_split_that_one_column_after_another_does()
    {
        var width = RandomSplits.Padded(Columns);
        var (cells, uniforms) = (new float[Rows * width], new float[Columns]);
        int[] rows = [.. Enumerable.Range(0, Rows).Where(row => row % 3 != 0)];
        for (var repeat = 0; repeat < 20; repeat++)
        {
            var random = new Philox((ulong)repeat);
            random.Normals(cells, RandomPurpose.Simulation, 0, 0, 0);
            random.Uniforms(uniforms, RandomPurpose.Simulation, 1, 0, 0);
            for (var row = 0; row < Rows; row++) cells[row * width + 2] = 1;
            float[] targets = [.. rows.Select(row => cells[row * width + Target])];
            var found = new RandomSplits(cells, width, targets, uniforms).Best(rows, [.. Enumerable.Range(0, Columns)], Target);
            Assert.Equal(OneAfterAnother(rows, column => Values(rows, column), targets, column => uniforms[column]), found);
        }

        float[] Values(int[] of, int column) => Array.ConvertAll(of, row => cells[row * width + column]);
    }

    [Fact]
    public void A_column_that_does_not_vary_splits_nothing()
    {
        var cells = Enumerable.Repeat(1f, Rows * RandomSplits.Padded(1)).ToArray();
        float[] targets = [.. Enumerable.Range(0, Rows).Select(row => (float)row)];
        int[] rows = [.. Enumerable.Range(0, Rows)];
        Assert.Null(new RandomSplits(cells, RandomSplits.Padded(1), targets, [0.5f]).Best(rows, [0], Target));
    }

    private static (int, float)? OneAfterAnother(int[] rows, Func<int, float[]> values, float[] targets, Func<int, float> uniform)
    {
        var (best, highest) = (((int, float)?)null, double.NegativeInfinity);
        foreach (var column in Enumerable.Range(0, Columns).Where(column => column != Target))
        {
            var own = values(column);
            var (least, most) = (own.Min(), own.Max());
            if (least == most) continue;
            var threshold = least + uniform(column) * (most - least);
            var (lower, sums) = (own.Count(value => value <= threshold), (Lower: 0.0, All: 0.0));
            for (var i = 0; i < rows.Length; i++) sums = (sums.Lower + (own[i] <= threshold ? targets[i] : 0), sums.All + targets[i]);
            var score = sums.Lower * sums.Lower / lower + Math.Pow(sums.All - sums.Lower, 2) / (rows.Length - lower);
            if (score > highest) (best, highest) = ((column, threshold), score);
        }

        return best;
    }
}
