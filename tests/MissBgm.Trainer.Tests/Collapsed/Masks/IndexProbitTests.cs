using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Masks;
using MissBgm.Trainer.Tests.Collapsed.Laplace;

namespace MissBgm.Trainer.Tests.Collapsed.Masks;

public sealed class IndexProbitTests
{
    [Fact]
    public void The_marginal_likelihood_is_the_integral_over_the_slope()
    {
        var (mask, index) = Simulated(400, 0.4, 0.3);
        var fit = IndexProbit.Fit(mask, index);
        foreach (var (mean, deviation) in new[] { (0.0, 0.5), (0.3, 0.1), (-0.5, 0.4) })
        {
            // The profile over the intercept, in the slope's direction, is what Laplace's method integrates.
            var exact = Math.Log(Enumerable.Range(0, 121).Sum(k => Integrand(-0.8 + 0.02 * k)) * 0.02);
            double Prior(double beta) => Quadrature.Density((beta - mean) / deviation) / deviation;
            double Integrand(double beta) => Math.Exp(Profile(mask, index, beta) - mask.ConstantLogLikelihood) * Prior(beta);
            Assert.Equal(exact, fit.LogEvidence(mean, deviation), 0.15);
        }
    }

    [Fact]
    public void A_combination_of_one_column_is_that_columns_own_fit()
    {
        var (mask, index) = Simulated(500, 0.5, 0.0);
        var standardised = index.Standardised();
        var ridge = RidgeProbit.Fit(mask, [standardised.Mean]);
        var scales = new[] { 0.1, 0.2, 0.4, 0.8 };
        Assert.Equal(LogMean.Of([.. scales.Select(scale => IndexProbit.Fit(mask, standardised).LogEvidence(0.0, scale))]), ridge.LogEvidence, 0.1);
    }

    [Fact]
    public void Uncertain_indices_do_not_attenuate_the_slope()
    {
        // The mask follows a value of which the index knows the mean; 4 standard errors.
        var (mask, index) = Simulated(20_000, 0.8, 0.5);
        var fit = IndexProbit.Fit(mask, index);
        Assert.InRange(fit.Slope, 0.8 - 4 * fit.StandardError, 0.8 + 4 * fit.StandardError);
    }

    [Fact]
    public void What_is_left_out_is_predicted_as_if_the_cell_had_not_been_there()
    {
        var data = new MaskedTable(120, 6, 3) { Probit = (_, _) => 0.4 }.Draw();
        var model = FactorAnalysis.Fit(data, 2, 1);
        foreach (var column in new[] { 0, 5 })
        {
            var observed = (double[])data.Observed.Clone();
            for (var i = 0; i < data.Rows; i++) observed[i * data.Stride + column] = 0.0;
            var hidden = FactorExpectation.Run(data.WithMask(data.Values, observed), model, 1, keepPosterior: true);
            var direct = new LeaveOneOut(
                data.WithMask(data.Values, observed),
                model with { LatentMean = hidden.LatentMean, LatentCovariance = hidden.LatentCovariance }, column);
            var left = new LeaveOneOut(data, model, column);
            foreach (var (a, b) in new[] { (left.Own(), direct.Own()), (left.Sum(), direct.Sum()), (left.Of(4), direct.Of(4)) })
            {
                for (var i = 0; i < data.Rows; i++)
                {
                    Assert.Equal(b.Mean[i], a.Mean[i], 1e-9);
                    Assert.Equal(b.Variance[i], a.Variance[i], 1e-9);
                }
            }
        }
    }

    // An index known up to a variance; the mask follows the value itself.
    private static (ColumnMask Mask, RowIndex Index) Simulated(int rows, double slope, double variance)
    {
        var random = new Philox(77);
        var (normals, uniforms, index) = (new float[2], new float[1], new RowIndex(rows));
        var observed = new double[rows][];
        for (var i = 0; i < rows; i++)
        {
            random.Normals(normals, RandomPurpose.Simulation, 0, i, 0);
            random.Uniforms(uniforms, RandomPurpose.Simulation, 1, i, 0);
            (index.Mean[i], index.Variance[i]) = (normals[0], variance);
            observed[i] = [uniforms[0] < StandardNormal.Cdf(0.3 + slope * (normals[0] + Math.Sqrt(variance) * normals[1])) ? 1.0 : 0.0];
        }

        return (new ColumnMask(MaskedTable.Encode([.. Enumerable.Range(0, rows).Select(i => new[] { (double)i })], observed), 0), index);
    }

    private static double Profile(ColumnMask mask, RowIndex index, double beta)
    {
        double At(double a) => Enumerable.Range(0, mask.Rows).Sum(i =>
            StandardNormal.LogCdf(
                (2.0 * mask.Observed[i] - 1.0) * (beta * index.Mean[i] + a) / Math.Sqrt(1.0 + beta * beta * index.Variance[i])));
        var (low, high) = (-6.0, 6.0);
        for (var step = 0; step < 30; step++)
        {
            var (left, right) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if (At(left) < At(right)) low = left;
            else high = right;
        }

        return At(0.5 * (low + high));
    }
}
