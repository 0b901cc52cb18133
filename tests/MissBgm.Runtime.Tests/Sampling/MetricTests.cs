using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Tests.Sampling;

public class MetricTests
{
    [Fact]
    public void A_block_metric_moves_by_a_factor_of_the_covariance_and_pulls_back_by_its_transpose()
    {
        double[,] precision = { { 4, 1, 0.5 }, { 1, 3, -0.7 }, { 0.5, -0.7, 2 } };
        var metric = new BlockMetric([.. precision.Cast<double>()], 3, [1f, 0f], 1);
        var factor = new double[3, 3];
        for (var j = 0; j < 3; j++)
        {
            var unit = new float[5];
            unit[j] = 1;
            var (column, row) = (new float[5], new float[5]);
            metric.Velocity(0, unit, column);
            metric.Pull(0, unit, row);
            for (var i = 0; i < 3; i++) factor[i, j] = column[i];
            Assert.Equal(0f, column[3]);
            for (var i = 0; i < 3; i++) Assert.Equal(Velocity(i)[j], row[i], 1e-6);
        }

        // L L' precision = 1
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                var product = Enumerable.Range(0, 3).Sum(k => Enumerable.Range(0, 3).Sum(m => factor[i, m] * factor[k, m]) * precision[k, j]);
                Assert.Equal(i == j ? 1 : 0, product, 1e-6);
            }
        }

        float[] Velocity(int axis)
        {
            var (unit, velocity) = (new float[5], new float[5]);
            unit[axis] = 1;
            metric.Velocity(0, unit, velocity);
            return velocity;
        }
    }

    [Fact]
    public void Chains_of_a_row_share_its_block_and_observed_cells_rest()
    {
        var metric = new BlockMetric([4, 16], 1, [1f, 0f, 0f, 1f, 1f, 1f, 0f, 0f], 4);
        var velocity = new float[3];
        metric.Velocity(3, [1f, 1f, 1f], velocity);
        Assert.Equal([0.25f, 0f, 0f], velocity);
        metric.Velocity(2, [1f, 1f, 1f], velocity);
        Assert.Equal([0.5f, 1f, 1f], velocity);
    }
}
