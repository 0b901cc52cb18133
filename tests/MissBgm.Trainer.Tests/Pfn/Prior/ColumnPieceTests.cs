using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Pfn.Prior.Columns;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn.Prior;

/// <summary>Each column piece on independent standard normal columns: 8 tasks of 400 rows and 6 columns.</summary>
public sealed class ColumnPieceTests : IDisposable
{
    private const int Rows = 400;
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly StepRandom _random = new(31, RandomPurpose.Prior, 0, CPU);
    private readonly Tensor _values;

    public ColumnPieceTests() => _values = _random.Normal(8, Rows, 6);

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Discrete_columns_are_whole_numbers_in_the_order_of_the_values() => AssertEach(new DiscreteColumns(), (column, before) =>
    {
        Assert.All(column, x => Assert.Equal(MathF.Round(x), x));
        AssertOrder(column, before);
        Assert.InRange(column.Distinct().Count(), 2, 70);
    });

    [Fact]
    public void Zero_inflated_columns_are_zero_in_their_lowest_rows_and_positive_in_the_others() =>
        AssertEach(new ZeroInflatedColumns(), (column, before) =>
        {
            Assert.InRange(column.Count(x => x == 0) / (double)Rows, 0.195, 0.905);
            Assert.All(column, x => Assert.True(x >= 0));
            AssertOrder(column, before);
        });

    [Fact]
    public void Bounded_columns_are_proportions_or_reach_a_floor_and_a_ceiling()
    {
        var atBounds = new List<double>();
        AssertEach(new BoundedColumns(), (column, before) =>
        {
            AssertOrder(column, before);
            if (column.Min() < 0) atBounds.Add(column.Count(x => x == column.Min() || x == column.Max()) / (double)Rows);
            else Assert.All(column, x => Assert.InRange(x, 0, 1));
        });
        // Half of 48 columns; each loses up to a quarter of the rows at either end, a quarter in all on average. Four standard deviations.
        Assert.InRange(atBounds.Count, 24 - 14, 24 + 14);
        Assert.InRange(atBounds.Average(), 0.12, 0.38);
    }

    [Fact]
    public void Heavy_tailed_columns_keep_the_order_and_have_far_values()
    {
        var kurtosis = new List<double>();
        AssertEach(new HeavyTailedColumns(), (column, before) =>
        {
            AssertOrder(column, before);
            var (mean, variance) = (column.Average(), column.Average(x => Math.Pow(x - column.Average(), 2)));
            kurtosis.Add(column.Average(x => Math.Pow(x - mean, 4)) / variance / variance);
        });
        // 3 for normal columns, with a standard error of 0.25 each; 4.5 at the least strength.
        Assert.True(kurtosis.Order().ElementAt(kurtosis.Count / 10) > 3.5, string.Join(", ", kurtosis));
    }

    [Fact]
    public void Correlated_columns_share_one_of_three()
    {
        var made = Standard(new CorrelatedColumns().Apply(_random, _values));
        var correlations = made.transpose(1, 2).matmul(made).div(Rows).abs();
        var others = (correlations.sum([1, 2]) - 6) / 30;
        // Independent columns have 0.04. Two columns of a block have at least 0.36, and of 6 columns in 3 blocks a third of the pairs share one.
        Assert.True(others.mean().item<float>() > 0.2, $"{others.mean().item<float>()}");
    }

    [Fact]
    public void Duplicated_columns_are_another_column_half_of_them_exactly()
    {
        var made = new DuplicatedColumns().Apply(_random, _values);
        var correlations = Standard(made).transpose(1, 2).matmul(Standard(_values)).div(Rows).abs();
        Assert.Equal(0, correlations.diagonal(0, 1, 2).ge(0.5).sum().item<long>());
        // Noise of at most 0.3 standard deviations leaves a correlation of 0.958.
        Assert.True(correlations.amax([2]).min().item<float>() > 0.93, $"{correlations.amax([2]).min().item<float>()}");
        var exact = Enumerable.Range(0, 6).Sum(j => made.eq(_values.narrow(2, j, 1)).all(1).sum().item<long>());
        // Binomial of 48 at four standard deviations.
        Assert.InRange(exact, 24L - 14, 24L + 14);
    }

    private static Tensor Standard(Tensor x) => (x - x.mean([1], true)) / x.std(1, unbiased: false, keepdim: true);

    // Where the values rise, so does the column, or it stays.
    private static void AssertOrder(float[] column, float[] before)
    {
        var sorted = Enumerable.Range(0, Rows).OrderBy(i => before[i]).Select(i => column[i]).ToArray();
        Assert.Equal(sorted.Order(), sorted);
    }

    private void AssertEach(IColumnPiece piece, Action<float[], float[]> assert)
    {
        var made = piece.Apply(_random, _values);
        for (var task = 0; task < 8; task++)
        {
            for (var j = 0; j < 6; j++) assert(made[task].narrow(1, j, 1).ToFloats(), _values[task].narrow(1, j, 1).ToFloats());
        }
    }
}
