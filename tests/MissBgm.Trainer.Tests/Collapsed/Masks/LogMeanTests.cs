using MissBgm.Trainer.Collapsed.Masks;

namespace MissBgm.Trainer.Tests.Collapsed.Masks;

public class LogMeanTests
{
    [Theory]
    [InlineData(-7.0, -2600.0, 1.0, -2600.0)]
    [InlineData(-2600.0, -7.0, 0.5, -7.693147180559945)]
    [InlineData(-1.0, -1.0, 0.25, -1.0)]
    public void A_mean_between_two_is_finite_however_far_apart_they_are(double a, double b, double share, double expected) =>
        Assert.Equal(expected, LogMean.Between(a, b, share), 1e-9);
}
