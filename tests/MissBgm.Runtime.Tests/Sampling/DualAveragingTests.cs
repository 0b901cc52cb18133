using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Tests.Sampling;

public class DualAveragingTests
{
    // A toy whose acceptance falls with the step size as exp(-step / unit): each row's target is met at -unit ln 0.75.
    [Fact]
    public void Each_row_finds_the_step_size_of_its_target_acceptance()
    {
        double[] unit = [0.02, 1, 30];
        var adaptation = new DualAveraging(3, 0.1, 0.75);
        for (var i = 0; i < 1000; i++) adaptation.Update(unit.Select((u, row) => Math.Exp(-adaptation.StepSize[row] / u)).ToArray());
        adaptation.Freeze();
        for (var row = 0; row < 3; row++) Assert.Equal(-Math.Log(0.75) * unit[row], adaptation.StepSize[row], 0.03 * unit[row]);
    }

    [Fact]
    public void Frozen_without_an_update_it_keeps_the_initial_step_size()
    {
        var adaptation = new DualAveraging(1, 0.1, 0.75);
        adaptation.Freeze();
        Assert.Equal(0.1f, adaptation.StepSize[0]);
    }
}
