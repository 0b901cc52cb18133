using MissBgm.Runtime.Bundles;
using MissBgm.Trainer.Collapsed.Laplace;

namespace MissBgm.Trainer.Tests.Collapsed.Laplace;

/// <summary>Hand-derived derivatives against central differences.</summary>
public sealed class CollapsedRowTests
{
    private const int D = 3;
    private const int P = 11;

    [Theory]
    [InlineData(Mechanism.Ignorable)]
    [InlineData(Mechanism.Self)]
    [InlineData(Mechanism.Selection)]
    public void Gradient_and_curvature_in_z_are_the_density_s_own(Mechanism mechanism)
    {
        var model = Models.Random(mechanism, D, P, 5);
        var (_, data) = Models.Simulate(model, P, 20, 6);
        var scratch = new RowScratch(D, model.Stride);
        double[] z = [0.4, -0.7, 1.1];
        for (var row = 0; row < data.Rows; row++)
        {
            CollapsedRow.Curvature(model, data.Row(row), data.Mask(row), z, scratch);
            var (gradient, precision) = ((double[])scratch.Gradient.Clone(), (double[])scratch.Precision.Clone());
            for (var k = 0; k < D; k++)
            {
                double Value(double h) => CollapsedRow.LogDensity(model, data.Row(row), data.Mask(row), Moved(z, k, h), scratch);
                Assert.Equal((Value(1e-5) - Value(-1e-5)) / 2e-5, gradient[k], 1e-6 * (1.0 + Math.Abs(gradient[k])));

                double Slope(double h, int l)
                {
                    CollapsedRow.Curvature(model, data.Row(row), data.Mask(row), Moved(z, k, h), scratch);
                    return scratch.Gradient[l];
                }

                for (var l = 0; l <= k; l++)
                {
                    var expected = -(Slope(1e-5, l) - Slope(-1e-5, l)) / 2e-5;
                    Assert.Equal(expected, precision[k * D + l], 1e-5 * (1.0 + Math.Abs(expected)));
                }
            }
        }
    }

    [Theory]
    [InlineData(Mechanism.Ignorable)]
    [InlineData(Mechanism.Self)]
    [InlineData(Mechanism.Selection)]
    public void The_gradient_in_the_parameters_is_the_density_s_own(Mechanism mechanism)
    {
        var model = Models.Random(mechanism, D, P, 7);
        var (_, data) = Models.Simulate(model, P, 12, 8);
        var scratch = new RowScratch(D, model.Stride);
        double[] z = [-0.3, 0.9, 0.2];
        double Total()
        {
            model.Refresh();
            return Enumerable.Range(0, data.Rows).Sum(row => CollapsedRow.LogDensity(model, data.Row(row), data.Mask(row), z, scratch));
        }

        var gradient = new double[model.ParameterCount + model.Stride];
        for (var row = 0; row < data.Rows; row++) CollapsedRow.AddParameterGradient(model, data.Row(row), data.Mask(row), z, 1.0, scratch, gradient);
        model.PullBack(gradient);
        for (var i = 0; i < model.ParameterCount; i++)
        {
            if (model.Free[i] == 0.0)
            {
                Assert.Equal(0.0, gradient[i]);
                continue;
            }

            var value = model.Parameters[i];
            model.Parameters[i] = value + 1e-5;
            var above = Total();
            model.Parameters[i] = value - 1e-5;
            var below = Total();
            model.Parameters[i] = value;
            var expected = (above - below) / 2e-5;
            Assert.Equal(expected, gradient[i], 2e-6 * (1.0 + Math.Abs(expected)));
        }
    }

    [Fact]
    public void Columns_without_missing_cells_and_padding_say_nothing_about_the_mask()
    {
        var model = Models.Random(Mechanism.Selection, D, P, 9);
        Assert.Equal(0.0, model.Correlation[P - 1]);
        var scratch = new RowScratch(D, model.Stride);
        double[] x = new double[model.Stride], r = new double[model.Stride];
        Array.Fill(r, 1.0, 0, P);
        var all = CollapsedRow.LogDensity(model, x, r, [0.0, 0.0, 0.0], scratch);
        model.Threshold[P - 1] = 39.0;
        model.Refresh();
        Assert.Equal(all, CollapsedRow.LogDensity(model, x, r, [0.0, 0.0, 0.0], scratch), 12);
    }

    private static double[] Moved(double[] z, int k, double h)
    {
        var moved = (double[])z.Clone();
        moved[k] += h;
        return moved;
    }
}
