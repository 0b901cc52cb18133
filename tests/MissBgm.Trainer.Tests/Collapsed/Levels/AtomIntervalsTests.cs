using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Levels;

namespace MissBgm.Trainer.Tests.Collapsed.Levels;

/// <summary>Latent variables that are observed but for atoms, against numerical integration.</summary>
public sealed class AtomIntervalsTests
{
    private const double Step = 0.0005;

    // Zeros below a cut-point; a ceiling above one, whose score is beyond it; an atom amid numbers, and two beside each other at an end.
    private static readonly LevelIntervals[] Shapes =
    [
        new([0.2, double.NaN], [0.2]),
        new([double.NaN, 1.3], [0.8]),
        new([double.NaN, 0.1, double.NaN], [-0.2, 0.5]),
        new([-1.5, -1.0, double.NaN], [-1.2, -0.6]),
    ];

    [Theory]
    [InlineData(0, -0.5, 1.4)]
    [InlineData(1, 0.3, 0.9)]
    [InlineData(2, 0.4, 1.1)]
    [InlineData(3, -0.8, 2.2)]
    public void A_latent_variable_whose_observed_values_have_the_moments_is_found(int shape, double mean, double deviation)
    {
        var (first, second) = (Integral(u => Value(shape, mean + deviation * u)), Integral(u => Math.Pow(Value(shape, mean + deviation * u), 2)));
        var found = Shapes[shape].Match(first, second - first * first);
        Assert.Equal(mean, found.Mean, 0.01);
        Assert.Equal(deviation, found.Deviation, 0.01);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Its_series_is_that_of_what_is_observed(int shape)
    {
        var found = Shapes[shape].Match(Integral(u => Value(shape, u)), Variance(shape));
        double Hermite(int r, double t)
        {
            var (before, at) = (0.0, 1.0);
            for (var k = 0; k < r; k++) (before, at) = (at, (t * at - Math.Sqrt(k) * before) / Math.Sqrt(k + 1));
            return at;
        }

        for (var r = 1; r <= 6; r++)
        {
            Assert.Equal(Integral(u => Value(shape, found.Mean + found.Deviation * u) * Hermite(r, u)), found.Coefficients[r - 1], 2e-3);
        }
    }

    // Of a component that has next to nothing but zeros.
    [Fact]
    public void A_component_at_the_atom_is_drawn_as_the_atom()
    {
        var found = Shapes[0].Match(0.2, 1e-6);
        Assert.True(StandardNormal.Cdf((0.2 - found.Mean) / found.Deviation) > 0.99, $"{found}");
    }

    [Fact]
    public void Columns_with_a_large_atom_have_intervals_as_their_map_has_them()
    {
        var (values, random) = (new double[200, 3], new Random(1));
        for (var row = 0; row < 200; row++)
        {
            var (zeros, few, none) = (random.NextDouble() - 0.6, random.NextDouble() - 0.05, random.NextDouble());
            (values[row, 0], values[row, 1], values[row, 2]) = (Math.Max(0, zeros), Math.Max(0, few), none);
        }

        var table = Table.FromNumbers(["zeros", "few", "none"], values);
        var schema = MarginalLearning.Support(table, TableSchema.Detect(table));
        var found = LevelIntervals.OfAtoms(schema.Modelled, ValueCounts.Of(table, schema));
        Assert.Equal([true, false, false], found.Select(own => own is not null));
        Assert.Equal(schema.Modelled[0].Marginal!.Atoms[0].Score, found[0]!.Scores[0]);
        Assert.Equal(schema.Modelled[0].Marginal!.Atoms[0].To, Assert.Single(found[0]!.Cuts));
        Assert.True(double.IsNaN(found[0]!.Scores[1]));
    }

    private static double Variance(int shape) => Integral(u => Math.Pow(Value(shape, u), 2)) - Math.Pow(Integral(u => Value(shape, u)), 2);

    private static double Value(int shape, double latent) =>
        Shapes[shape].Scores[Shapes[shape].Cuts.Count(cut => latent > cut)] is var score && double.IsNaN(score) ? latent : score;

    private static double Integral(Func<double, double> of)
    {
        var (sum, mass) = (0.0, 0.0);
        for (var u = -8.0; u <= 8.0; u += Step)
        {
            var weight = Math.Exp(-0.5 * u * u);
            (sum, mass) = (sum + weight * of(u), mass + weight);
        }

        return sum / mass;
    }
}
