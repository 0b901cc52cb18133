using MissBgm.Exporter.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Pfn.Prior.Equations;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

public sealed class FlowBaselineTests
{
    [Fact]
    public void Near_rows_weigh_as_their_distance_in_common_cells_says()
    {
        using var scope = NewDisposeScope();
        const int Rows = 9, Features = 3;
        var (raw, observed) = TinyNetwork.Table(Rows, Features, 0.3, 7);
        var shown = Standardisation.Of(raw, observed, Rows).Apply(raw) * observed;
        var neighbours = new NeighbourBaseline(shown, observed);
        var weights = neighbours.Weights(shown, observed);
        var (x, o) = (shown.ToFloats(), observed.ToFloats());
        for (var b = 0; b < weights.Length; b++)
        {
            var mean = neighbours.Average(weights[b], shown).Mean.ToFloats();
            for (var i = 0; i < Rows; i++)
            {
                var distances = Enumerable.Range(0, Rows).Select(k => Distance(x, o, i, k, Features)).ToArray();
                var bandwidth = PfnConstants.Bandwidths[b] * distances.Where((_, k) => k != i).Min() + PfnConstants.BandwidthFloor;
                for (var j = 0; j < Features; j++)
                {
                    var donors = Enumerable.Range(0, Rows).Where(k => k != i && o[k * Features + j] == 1).ToArray();
                    var near = distances.Where((_, k) => k != i).Min();
                    double Weight(int k) => Math.Exp(-(distances[k] - near) / bandwidth);
                    var expected = donors.Sum(k => Weight(k) * x[k * Features + j]) / donors.Sum(Weight);
                    if (donors.Sum(Weight) > 1e-3) Assert.Equal(expected, mean[i * Features + j], 1e-3 * (1 + Math.Abs(expected)));
                }
            }
        }
    }

    // What the context says of its own error holds for cells it has not seen. Twenty tables from the prior's mechanisms, a thousand hidden cells each.
    [Fact]
    public void The_spread_is_the_error_on_hidden_cells()
    {
        var ratios = new List<double>();
        for (var table = 0; table < 20; table++)
        {
            using var scope = NewDisposeScope();
            var (values, observed) = Drawn(table, rows: 600, features: 8);
            var baseline = FlowBaseline.Of(values, observed, 400);
            var missing = 1 - observed.narrow(1, 400, 200);
            var error = (baseline.Mean.narrow(1, 400, 200) - values.narrow(1, 400, 200)).square() * missing;
            var expected = baseline.Spread.square() * missing;
            ratios.Add(Math.Sqrt(error.sum().item<float>() / expected.sum().item<float>()));
        }

        ratios.Sort();
        // Query rows hide 30 % of their cells where the validation hides 25 %, so errors are a little larger.
        Assert.InRange(ratios[ratios.Count / 2], 0.9, 1.25);
        Assert.InRange(ratios[0], 0.6, 1.2);
    }

    [Fact]
    public void It_is_better_than_the_gaussian_where_relations_are_curved_and_no_worse_where_they_are_straight()
    {
        double Ratio(bool curved)
        {
            var (mine, gaussians) = (0.0, 0.0);
            for (var table = 0; table < 5; table++)
            {
                using var scope = NewDisposeScope();
                using var random = new StepRandom(3, RandomPurpose.Prior, table, CPU);
                var cause = random.Normal(1, 500, 1);
                var others = cat([cause, curved ? cause.square() : cause * -2, curved ? (cause * 3).sin() : cause + 1], 2) + random.Normal(1, 500, 3) * 0.2;
                var observed = ones(1, 500, 3);
                observed.narrow(1, 400, 100).narrow(2, 1, 1).zero_();
                var values = Standardisation.Of(others, observed, 400).Apply(others);
                var gaussian = GaussianBaseline.Fit((values * observed).narrow(1, 0, 400), observed.narrow(1, 0, 400));
                mine += Error(FlowBaseline.Of(values, observed, 400).Mean);
                gaussians += Error(gaussian.ConditionalMean(gaussian.Solve(values * observed, observed), observed));

                double Error(Tensor mean) => ((mean - values) * (1 - observed)).narrow(1, 400, 100).square().sum().item<float>();
            }

            return mine / gaussians;
        }

        // A square hardly correlates with its root: the Gaussian's error is nearly the column's spread, the noise is 2 % of its variance.
        Assert.InRange(Ratio(curved: true), 0, 0.3);
        Assert.InRange(Ratio(curved: false), 0, 1.1);
    }

    [Fact]
    public void A_row_that_stands_in_the_context_complete_is_found_again()
    {
        using var scope = NewDisposeScope();
        using var random = new StepRandom(4, RandomPurpose.Prior, 0, CPU);
        var rows = random.Normal(1, 100, 6);
        var table = cat([rows, rows.narrow(1, 0, 50)], 1);
        var observed = ones_like(table);
        observed.narrow(1, 100, 50).narrow(2, 2, 1).zero_();
        var values = Standardisation.Of(table, observed, 100).Apply(table);
        var lost = values.narrow(1, 100, 50).narrow(2, 2, 1);
        var guess = FlowBaseline.Of(values, observed, 100).Mean.narrow(1, 100, 50).narrow(2, 2, 1);
        // Independent columns: other columns tell nothing, the copy tells all; validation, which has no copies, knows of no such thing.
        Assert.True((guess - lost).square().mean().item<float>() < 0.9 * lost.square().mean().item<float>());
    }

    private static double Distance(float[] x, float[] o, int a, int b, int features)
    {
        var shown = Enumerable.Range(0, features).Where(j => o[a * features + j] == 1).ToArray();
        return shown.Length == 0
            ? 0
            : shown.Average(j =>
                o[b * features + j] == 1 ? Math.Pow(x[a * features + j] - (double)x[b * features + j], 2) : PfnConstants.UnknownDistance);
    }

    private static (Tensor Values, Tensor Observed) Drawn(int number, int rows, int features)
    {
        using var random = new StepRandom(2, RandomPurpose.Prior, number, CPU);
        var equations = new PieceMixture<IEquations>(EquationPieces.All, new PriorConfig().Equations).Assign(random, 1);
        var latent = Mechanisms.Draw(random, equations, 1, rows, features);
        var raw = Coordinates.Take(latent, Coordinates.Choose(random, 1, latent.shape[2], features));
        var observed = random.Uniform(1, rows, features).ge(0.3).to(ScalarType.Float32);
        return (Standardisation.Of(raw, observed, rows * 2 / 3).Apply(raw), observed);
    }
}
