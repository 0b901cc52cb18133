using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Evidence;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Tests.Collapsed.Evidence;

public sealed class SelfSlopeTests
{
    [Fact]
    public void A_slope_common_to_all_columns_is_recovered()
    {
        // A probit of the standardised truth; the table's own standardisation rescales by the observed s.d., within 10 % here.
        var (_, table) = new Scenario(4000, 10, 2, 21) { Observed = (value, _, u) => u < StandardNormal.Cdf(0.5 * value / Math.Sqrt(3.0) + 0.5) }.Simulate();
        var data = MaskedMatrix.From(table);
        var slopes = SelfSlope.Fit(data, FactorAnalysis.Fit(data, 2, 1), _ => true, 1);
        Assert.True(double.IsInfinity(slopes[0].StandardError));
        var pooled = PooledSlope.Pool(slopes);
        // The pooled slope must be significant, and near 0.5 / sqrt 3 (noise variance 1, so total variance near 3) times the observed s.d.
        Assert.True(pooled.Z > 5.0, $"z {pooled.Z}");
        Assert.InRange(pooled.Slope, 0.25, 0.7);
    }

    [Fact]
    public void Under_completely_random_masks_the_pooled_slope_is_standard_normal()
    {
        // 60 tables: the mean of z has s.d. 0.13 and the mean of z^2 s.d. 0.18 if z ~ N(0, 1). Both bounds fail together once in a million.
        var z = Enumerable.Range(0, 60).Select(seed =>
        {
            var data = MaskedMatrix.From(new Scenario(300, 8, 2, 500 + (ulong)seed) { Observed = Scenario.Mcar }.Simulate().Table);
            return PooledSlope.Pool(SelfSlope.Fit(data, FactorAnalysis.Fit(data, 2, 1), _ => true, 1)).Z;
        }).ToArray();
        Assert.InRange(z.Average(), -0.65, 0.65);
        Assert.InRange(z.Average(v => v * v), 0.3, 1.9);
    }

    [Fact]
    public void Pooling_is_DerSimonian_and_Laird_s()
    {
        // Two studies, 1 and 3 with unit errors: Q = 2, tau^2 = (2 - 1) / (2 - 2/2) = 1, mean 2, standard error sqrt(2/2) = 1.
        var pooled = PooledSlope.Pool([new ColumnSlope(1.0, 1.0), new ColumnSlope(3.0, 1.0), new ColumnSlope(0.0, double.PositiveInfinity)]);
        Assert.Equal(1.0, pooled.BetweenColumns, 1e-9);
        Assert.Equal(2.0, pooled.Slope, 1e-9);
        Assert.Equal(1.0, pooled.StandardError, 1e-9);
        Assert.Equal(1.5, pooled.Shrunk, 1e-9);
    }

    [Fact]
    public void Nothing_to_pool_is_a_slope_of_zero()
    {
        var pooled = PooledSlope.Pool([new ColumnSlope(0.0, double.PositiveInfinity)]);
        Assert.Equal(0.0, pooled.Shrunk);
        Assert.Equal(0.0, pooled.Z);
    }
}
