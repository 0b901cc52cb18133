using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed;

namespace MissBgm.Trainer.Tests.Collapsed;

/// <summary>What fits say of single cells, observed ones left out, against fits that never saw them.</summary>
public sealed class CellPredictiveTests
{
    private const int Columns = 5;
    private static readonly double[] Row = [0.4, -1.2, 0.9, 0.3, 1.7];

    private static readonly GeneratorFit[] Fits = [new(1, 0.25, null), new(3, 0.75, null)];

    // Two fits, one of three components, with another law of missing cells than of observed ones in one of them.
    private static readonly CollapsedMixture Weights = new(
        [Member(1), Member(2), Member(3) with { Missing = new MissingLaw(Numbers(9, 3 * Columns), Numbers(10, Columns), Positive(11)) }, Member(4)],
        [0.0, Math.Log(0.5), Math.Log(0.3), Math.Log(0.2)]);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void An_observed_cell_left_out_is_foretold_as_if_it_were_missing(int column)
    {
        double[] observed = [1, 1, 1, 0, 1];
        var (seen, unseen) = (new CellPredictive(Weights, Fits), new CellPredictive(Weights, Fits));
        seen.Condition(Row, observed);
        seen.Predict(column);
        observed[column] = 0;
        unseen.Condition(Row, observed);
        unseen.Predict(column);
        for (var m = 0; m < 4; m++)
        {
            Assert.Equal(unseen.Means[m], seen.Means[m], 1e-9);
            Assert.Equal(unseen.Deviations[m], seen.Deviations[m], 1e-9);
            Assert.Equal(unseen.Shares[m], seen.Shares[m], 1e-9);
        }

        Assert.Equal(0.25, seen.Shares[0], 1e-12);
        Assert.Equal(1.0, seen.Shares.Sum(), 1e-12);
    }

    // One factor behind two columns: correlation 0.8 * 0.6, the second's mean 1 and standard deviation 1.
    [Fact]
    public void The_law_of_a_cell_is_its_regression_on_the_others()
    {
        var member = new CollapsedWeights(1, 2, [0.8, 0.6], [0, 1], [0.6, 0.8], new double[2], new double[2], new double[2]);
        var predictive = new CellPredictive(CollapsedMixture.Single(member), GeneratorEvidence.Linear.Fits);
        predictive.Condition([1.5, 0], [1, 0]);
        predictive.Predict(1);
        Assert.Equal(1 + 0.48 * 1.5, predictive.Means[0], 1e-9);
        Assert.Equal(Math.Sqrt(1 - 0.48 * 0.48), predictive.Deviations[0], 1e-9);
        var draws = predictive.Draws(1000, 3);
        Assert.Equal(predictive.Means[0], draws.Average(), 0.01);
        Assert.Equal(predictive.Deviations[0], Math.Sqrt(draws.Average(draw => Math.Pow(draw - draws.Average(), 2))), 0.01);
    }

    private static CollapsedWeights Member(int number) => new(
        3, Columns, Numbers(10 * number, 3 * Columns), Numbers(10 * number + 1, Columns), Positive(10 * number + 2), new double[Columns],
        new double[3 * Columns], new double[Columns]);

    private static double[] Positive(int number) => Array.ConvertAll(Numbers(number, Columns), value => 0.3 + 0.2 * Math.Abs(value));

    private static double[] Numbers(int number, int count)
    {
        var normals = new float[count];
        new Philox(5).Normals(normals, RandomPurpose.Simulation, number, 0, 0);
        return Array.ConvertAll(normals, value => (double)value);
    }
}
