using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Mixtures;
using MissBgm.Trainer.Tests.Collapsed.Laplace;

namespace MissBgm.Trainer.Tests.Collapsed.Mixtures;

/// <summary>Gaussian components on incomplete rows: conditionals, the factor form, EM.</summary>
public sealed class GaussianMixtureTests
{
    private static readonly double[] Mean = [0.5, -0.3, 0.2];
    private static readonly double[] Covariance = [1.0, 0.6, -0.2, 0.6, 0.9, 0.1, -0.2, 0.1, 0.5];
    private static readonly double[] Row = [1.2, 0, -0.4, 0, 0, 0, 0, 0];
    private static readonly double[] Mask = [1, 0, 1, 0, 0, 0, 0, 0];
    private static readonly SelfMask Self = new([0.9, 0.9, 0.9], [0.3, 0.4, -0.2]);

    [Fact]
    public void An_ignorable_row_has_the_gaussian_s_conditional_and_density()
    {
        var conditional = new RowConditional(3, 8);
        var component = new GaussianComponent(0.25, Mean, Covariance);
        var logDensity = conditional.Condition(component, new PatternConditional(component, [1]), Row, Mask, SelfMask.Ignorable);
        // By hand: the observed pair (0, 2) has covariance [1, -0.2; -0.2, 0.5], determinant 0.46.
        var (a, b) = (Row[0] - Mean[0], Row[2] - Mean[2]);
        var (first, second) = ((0.5 * a + 0.2 * b) / 0.46, (0.2 * a + 1.0 * b) / 0.46);
        Assert.Equal(0.6 * first + 0.1 * second, conditional.Deviation[1], 1e-12);
        Assert.Equal(0.9 - (0.6 * (0.5 * 0.6 + 0.2 * 0.1) + 0.1 * (0.2 * 0.6 + 0.1)) / 0.46, conditional.Covariance[1], 1e-12);
        Assert.Equal(Math.Log(0.25) - Math.Log(2 * Math.PI) - 0.5 * Math.Log(0.46) - 0.5 * (a * first + b * second), logDensity, 1e-12);
    }

    [Fact]
    public void A_self_masked_row_is_near_what_quadrature_gives()
    {
        var component = new GaussianComponent(1.0, Mean, Covariance);
        var conditional = new RowConditional(3, 8);
        var ignorable = conditional.Condition(component, new PatternConditional(component, [1]), Row, Mask, SelfMask.Ignorable);
        var (mean, deviation) = (Mean[1] + conditional.Deviation[1], Math.Sqrt(conditional.Covariance[1]));
        var logDensity = conditional.Condition(component, new PatternConditional(component, [1]), Row, Mask, Self);

        double Law(double x) => Math.Exp(
            -0.5 * Math.Pow((x - mean) / deviation, 2) - StandardNormal.LogSqrtTwoPi) / deviation * StandardNormal.Cdf(-(0.9 * x + 0.4));
        var grid = Enumerable.Range(-4000, 8001).Select(i => mean + i * 0.002).ToArray();
        var mass = grid.Sum(Law) * 0.002;
        var shifted = grid.Sum(x => x * Law(x)) * 0.002 / mass;
        // Laplace's mode and mass: third-order errors, small beside the shift they describe.
        Assert.Equal(Math.Log(mass), logDensity - ignorable, 0.01);
        Assert.Equal(grid.MaxBy(Law), Mean[1] + conditional.Deviation[1], 0.0021);
        Assert.Equal(shifted, Mean[1] + conditional.Deviation[1], 0.05 * Math.Abs(shifted - mean));
        Assert.Equal(grid.Sum(x => Math.Pow(x - shifted, 2) * Law(x)) * 0.002 / mass, conditional.Covariance[1], 0.02);
    }

    [Fact]
    public void The_factor_form_has_the_component_s_covariance_and_mask()
    {
        var weights = FactorForm.Of(new GaussianComponent(1.0, Mean, Covariance), Self, [true, true, false]);
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                var product = Enumerable.Range(0, 2).Sum(k => weights.Loadings[k * 3 + i] * weights.Loadings[k * 3 + j]);
                Assert.Equal(Covariance[i * 3 + j], product + (i == j ? weights.Scale[i] * weights.Scale[i] : 0), 1e-12);
            }
        }

        // P(observed | z) = E[Phi(alpha x + a) | z] = Phi(t(z)), and the last column has nothing missing.
        double[] z = [0.7, -1.1];
        var (x, t) = (weights.Intercept[1], weights.ThresholdIntercept[1]);
        for (var k = 0; k < 2; k++) (x, t) = (x + z[k] * weights.Loadings[k * 3 + 1], t + z[k] * weights.ThresholdLoadings[k * 3 + 1]);
        var expected = Quadrature.OverLine(u => Quadrature.Density(u) * StandardNormal.Cdf(0.9 * (x + weights.Scale[1] * u) + 0.4));
        Assert.Equal(expected, StandardNormal.Cdf(t), 1e-9);
        Assert.Equal(0.9 * weights.Scale[1] / Math.Sqrt(1 + Math.Pow(0.9 * weights.Scale[1], 2)), weights.Correlation[1], 1e-12);
        Assert.Equal((0.0, 0.0), (weights.Correlation[2], weights.ThresholdIntercept[2]));
    }

    [Fact]
    public void Two_groups_are_told_apart_and_predict_nearly_as_well_as_their_truth()
    {
        var (truth, table) = ClusteredTable.Simulate(800, 0.2, 3);
        var data = MaskedMatrix.From(table);
        var linear = GeneratorTrials.Complete(data, FactorAnalysis.Fit(data, 2, 1));
        var components = MixtureFit.Run(data, linear, SelfMask.Ignorable, new MixtureSettings { Components = 2 }, 42);
        var error = ClusteredTable.Error(MixtureFit.Complete(data, components, SelfMask.Ignorable, 1), truth, table);
        var oracle = ClusteredTable.Error(MixtureFit.Complete(data, ClusteredTable.Components(), SelfMask.Ignorable, 1), truth, table);
        Assert.True(error < 1.1 * oracle, $"error {error}, with the true components {oracle}, linear {ClusteredTable.Error(linear, truth, table)}");
        Assert.True(error < 0.8 * ClusteredTable.Error(linear, truth, table));
        Assert.All(components, component => Assert.InRange(Math.Exp(component.LogWeight), 0.4, 0.6));
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        var data = MaskedMatrix.From(ClusteredTable.Simulate(300, 0.2, 4).Table);
        var completed = GeneratorTrials.Complete(data, FactorAnalysis.Fit(data, 2, 1));
        double[] Fit(int threads) => MixtureFit.Run(
            data, completed, new SelfMask([0.9, 0.9, 0.9, 0.9], [1, 1, 1, 1]), new MixtureSettings { Components = 4, Threads = threads },
            1)[3].Covariance;
        Assert.Equal(Fit(1), Fit(3));
    }

    [Fact]
    public void Rows_that_miss_the_same_cells_share_their_conditional_and_come_out_the_same()
    {
        var data = MaskedMatrix.From(ClusteredTable.Simulate(300, 0.2, 4).Table);
        var components = ClusteredTable.Components();
        Assert.InRange(data.Patterns.Count, 2, 15);
        Assert.Equal(data.Rows, Enumerable.Range(0, data.Patterns.Count).Sum(data.Patterns.Rows));
        var shared = new PatternConditionals(components, data.Patterns);
        var row = new RowMixture(data, components, shared);
        var alone = new RowConditional(data.Columns, data.Stride);
        for (var i = 0; i < data.Rows; i++)
        {
            row.Condition(i, SelfMask.Ignorable);
            int[] missing = [.. Enumerable.Range(0, data.Columns).Where(j => data.Mask(i)[j] == 0.0)];
            alone.Condition(components[1], new PatternConditional(components[1], missing), data.Row(i), data.Mask(i), SelfMask.Ignorable);
            Assert.Equal(missing, row.Conditionals[1].MissingColumns.ToArray());
            Assert.Equal(alone.Deviation, row.Conditionals[1].Deviation);
            Assert.Equal(alone.Covariance.ToArray(), row.Conditionals[1].Covariance.ToArray());
            Assert.Equal(data.Patterns.Rows(data.Patterns.Of(i)) > 1, ReferenceEquals(shared.Of(i, 1), shared.Of(i, 1)));
        }
    }
}
