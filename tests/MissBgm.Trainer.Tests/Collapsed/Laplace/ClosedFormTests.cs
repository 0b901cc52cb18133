using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Laplace;

namespace MissBgm.Trainer.Tests.Collapsed.Laplace;

/// <summary>The collapsed cell against integrals over what it collapses.</summary>
public sealed class ClosedFormTests
{
    [Theory]
    [InlineData(0.9, 0.6, -0.4, 1.3)]
    [InlineData(-0.7, 1.4, 0.8, -2.0)]
    [InlineData(0.0, 0.5, 0.2, 0.1)]
    public void Selection_integrates_the_selection_variable_and_the_missing_value_out(double rho, double sigma, double t, double x)
    {
        const double mu = 0.3;
        var model = OneColumn(Mechanism.Selection, mu, sigma, t, 0.0);
        model.Eta[0] = Math.Atanh(rho / CollapsedModel.CorrelationBound);
        model.Refresh();

        // The cell is observed where v > -t, (u, v) standard bivariate normal with correlation rho.
        var (u, w) = ((x - mu) / sigma, Math.Sqrt(1.0 - rho * rho));
        var observed = Quadrature.OverLine(e => Quadrature.Density(e) * (rho * u + w * e > -t ? 1.0 : 0.0)) * Quadrature.Density(u) / sigma;
        Assert.Equal(Math.Log(observed), LogCell(model, x), 2e-3); // the indicator costs the trapezoid rule its accuracy

        var missing = Quadrature.OverLine(v => v < -t ? Quadrature.Density(v) : 0.0);
        Assert.Equal(Math.Log(missing), LogCell(model, null), 2e-3);
    }

    [Theory]
    [InlineData(0.8, 0.7, -0.2, 1.1)]
    [InlineData(-1.5, 1.2, 0.5, -0.6)]
    public void Self_is_a_probit_of_the_raw_value(double alpha, double sigma, double a, double x)
    {
        const double mu = -0.4;
        var model = OneColumn(Mechanism.Self, mu, sigma, a, alpha);
        Assert.Equal(
            Math.Log(Quadrature.Density((x - mu) / sigma) / sigma) + Math.Log(StandardNormal.Cdf(alpha * x + a)), LogCell(model, x), 1e-10);
        var missing = Quadrature.OverLine(u => Quadrature.Density(u) * StandardNormal.Cdf(-(alpha * (mu + sigma * u) + a)));
        Assert.Equal(Math.Log(missing), LogCell(model, null), 1e-10);
    }

    [Theory]
    [InlineData(0.6, 0.3)]
    [InlineData(-0.95, -1.2)]
    [InlineData(0.999, 2.5)]
    [InlineData(0.0, 0.4)]
    public void A_missing_cells_moments_and_quantiles_are_those_of_its_conditional_law(double rho, double t)
    {
        const double mu = 0.5, sigma = 0.8;
        var w = Math.Sqrt(1.0 - rho * rho);
        double Density(double u) => Quadrature.Density(u) * StandardNormal.Cdf(-(rho * u + t) / w);
        var mass = Quadrature.OverLine(Density);
        var mean = mu + sigma * Quadrature.OverLine(u => u * Density(u)) / mass;
        var second = Quadrature.OverLine(u => Math.Pow(mu + sigma * u - mean, 2) * Density(u)) / mass;
        Assert.Equal(StandardNormal.Cdf(-t), mass, 1e-9);

        const int draws = 4096;
        var mixture = new CellMixture(draws);
        mixture.Fill(Enumerable.Repeat(mu, draws).ToArray(), Enumerable.Repeat(t, draws).ToArray(), 1, 0, sigma, rho, 0.3, 0.5);
        Assert.Equal(mean, mixture.Mean, 1e-7);
        Assert.Equal(Math.Sqrt(second), mixture.StandardDeviation, 1e-7);
        foreach (var probability in (double[])[0.025, 0.5, 0.975])
        {
            var quantile = (mixture.Quantile(probability) - mu) / sigma;
            Assert.Equal(probability, Quadrature.OverLine(u => u < quantile ? Density(u) : 0.0) / mass, 4e-3);
        }
    }

    private static CollapsedModel OneColumn(Mechanism mechanism, double mu, double sigma, double threshold, double slope)
    {
        var stride = MaskedMatrix.PaddedWidth(1);
        var variance = Enumerable.Repeat(1.0, stride).ToArray();
        var factors = new FactorModel(1, stride, new double[stride], new double[stride], variance, [], [], []);
        var model = new CollapsedModel(mechanism, factors, [true], [slope]);
        (model.Intercept[0], model.LogScale[0], model.Threshold[0]) = (mu, Math.Log(sigma), threshold);
        model.Refresh();
        return model;
    }

    private static double LogCell(CollapsedModel model, double? x)
    {
        double[] values = new double[model.Stride], observed = new double[model.Stride];
        if (x is { } value) (values[0], observed[0]) = (value, 1.0);
        return CollapsedRow.LogDensity(model, values, observed, [0.0], new RowScratch(1, model.Stride));
    }
}
