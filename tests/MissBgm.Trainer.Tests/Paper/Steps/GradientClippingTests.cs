using MissBgm.Trainer.Paper;
using MissBgm.Trainer.Running;

namespace MissBgm.Trainer.Tests.Paper.Steps;

public class GradientClippingTests
{
    [Fact]
    public void Only_gradients_longer_than_the_norm_are_clipped()
    {
        var unclipped = Fit(0);

        Assert.Equal(unclipped, Fit(1e6));
        Assert.NotEqual(unclipped, Fit(1e-3));
    }

    private static float[] Fit(double clip) =>
        MissBgmFit.Run(SmallFit.Table, SmallFit.Of(SmallFit.AsPublished with { ClipTheta = clip }), new FitOptions { Seed = 3 }).Completed;
}
