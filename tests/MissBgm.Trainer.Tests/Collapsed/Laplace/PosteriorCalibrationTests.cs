using MissBgm.Runtime.Bundles;
using MissBgm.Trainer.Collapsed.Laplace;

namespace MissBgm.Trainer.Tests.Collapsed.Laplace;

/// <summary>
/// Simulation-based calibration (Talts et al. 2018) of the collapsed posterior at the true parameters: intervals of every level cover at their
/// level, and moments are unbiased, in rows drawn from the model; with a wrong correlation they are not.
/// </summary>
public sealed class PosteriorCalibrationTests
{
    private const int Rows = 3000;
    private const int P = 7;

    [Theory]
    [InlineData(Mechanism.Selection)]
    [InlineData(Mechanism.Self)]
    [InlineData(Mechanism.Ignorable)]
    public void Hidden_values_fall_into_their_intervals_as_often_as_promised(Mechanism mechanism)
    {
        var model = Models.Random(mechanism, 2, P, 41);
        var (standardised, coverage) = Check(model, model);
        // About 8,000 hidden cells in 3,000 independent rows: five standard errors with rows as the units.
        Assert.InRange(standardised.Mean, -0.09, 0.09);
        Assert.InRange(standardised.Square, 0.88, 1.12);
        Assert.InRange(coverage[0], 0.46, 0.54);
        Assert.InRange(coverage[1], 0.935, 0.965);
    }

    [Fact]
    public void A_correlation_of_the_wrong_sign_shows()
    {
        var truth = Models.Random(Mechanism.Selection, 2, P, 41);
        var wrong = Models.Random(Mechanism.Selection, 2, P, 41);
        for (var j = 0; j < P; j++) wrong.Eta[j] = -truth.Eta[j];
        wrong.Refresh();
        var (standardised, coverage) = Check(truth, wrong);
        Assert.True(standardised.Square > 1.12 || coverage[1] < 0.935, $"mean square {standardised.Square}, coverage {coverage[1]}");
    }

    private static ((double Mean, double Square) Standardised, double[] Coverage) Check(CollapsedModel simulate, CollapsedModel infer)
    {
        var (truth, data) = Models.Simulate(simulate, P, Rows, 42);
        var modes = LatentModes.Find(data, infer, new double[Rows * infer.Dimension], 25, 1);
        var narrow = CollapsedPosterior.Summarise(data, infer, modes, 128, 0.5, 43, 1);
        var wide = CollapsedPosterior.Summarise(data, infer, modes, 128, 0.05, 43, 1);
        Assert.True(narrow.Acceptance > 0.85, $"acceptance {narrow.Acceptance}");
        var (count, sum, square, inNarrow, inWide) = (0, 0.0, 0.0, 0, 0);
        for (var row = 0; row < Rows; row++)
        {
            for (var j = 0; j < P; j++)
            {
                if (data.Mask(row)[j] == 1.0) continue;
                var (cell, value) = (row * data.Stride + j, truth[row * P + j]);
                var error = (value - narrow.Mean[cell]) / narrow.StandardDeviation[cell];
                (count, sum, square) = (count + 1, sum + error, square + error * error);
                if (narrow.Lower[cell] <= value && value <= narrow.Upper[cell]) inNarrow++;
                if (wide.Lower[cell] <= value && value <= wide.Upper[cell]) inWide++;
            }
        }

        return ((sum / count, square / count), [inNarrow / (double)count, inWide / (double)count]);
    }
}
