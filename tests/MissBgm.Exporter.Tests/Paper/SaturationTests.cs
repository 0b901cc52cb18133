using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Paper;

/// <summary>Far from the data the densities stay finite and right: large latent values, variances at their floor, certain masks.</summary>
public class SaturationTests
{
    private const int P = 4;

    [Theory]
    [InlineData(30)]
    [InlineData(-30)]
    public void Latent_values_of_thirty_stay_finite(double z)
    {
        var weights = Randomly.Generator(3, [32, 32, 32], P, stream: 11);
        var result = Host.Run(LatentGradientGraph.Build(weights), ("z", [z, z, z], [1, 3]), ("x", Randomly.Normals(P, 1), [1, P]));
        Assert.All(result["log_density"].Concat(result["gradient"]), value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [InlineData(-80)]
    [InlineData(-20)]
    [InlineData(-12)]
    [InlineData(80)]
    public void A_variance_at_its_floor_or_huge_is_right_and_the_density_stays_finite(float head)
    {
        var weights = ConstantHeads(head);
        var result = Host.Run(GeneratorGraph.Build(weights), ("z", [0.5, -0.5], [1, 2]));
        var expected = Reference.Softplus(head) + weights.VarianceFloor;
        Assert.All(result["variance"], value => Assert.Equal(1, value / expected, 1e-5));
        var density = Host.Run(LatentGradientGraph.Build(weights), ("z", [0.5, -0.5], [1, 2]), ("x", [1, 2, 3, 4], [1, P]));
        Assert.All(density["log_density"].Concat(density["gradient"]), value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [InlineData(60, 1)]
    [InlineData(60, 0)]
    [InlineData(-60, 1)]
    [InlineData(-60, 0)]
    [InlineData(1000, 0)]
    public void A_certain_mask_network_gives_the_exact_log_likelihood(double logit, double observed)
    {
        // One column whose logit is 60 x or -60 x at x = 1.
        var mask = new PerceptronWeights([], new DenseWeights(1, 1, [(float)logit], [0]), 0.2);
        var result = Host.Run(
            MissingGradientGraph.Build(mask), ("x", [1], [1, 1]), ("mean", [1], [1, 1]), ("variance", [1], [1, 1]),
            ("observed", [observed], [1, 1]), ("beta", [1], []));
        Assert.Equal(Reference.LogSigmoid(observed == 1 ? logit : -logit), result["log_density"][0], 1e-4);
        var gradient = observed == 1 ? 0 : -logit * (logit > 0 ? 1 : 0);
        Assert.Equal(gradient, result["gradient"][0], 1e-4);
    }

    private static GeneratorWeights ConstantHeads(float head) => new(
        null,
        [Randomly.Dense(2, 8, 3)],
        Randomly.Dense(8, P, 4),
        new DenseWeights(8, P, new float[8 * P], [head, head, head, head]),
        1e-4,
        0.2);
}
