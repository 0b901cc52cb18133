using MissBgm.Runtime.Diagnostics;

namespace MissBgm.Runtime.Tests.Diagnostics;

public class EnergyFractionTests
{
    [Fact]
    public void The_fraction_is_the_sum_of_squared_changes_over_the_sum_of_squared_deviations()
    {
        double[] first = [1, 4, 2, 7, 5];
        double[] second = [100, 101, 102, 103, 104];
        var fraction = new EnergyFraction(2);
        for (var i = 0; i < first.Length; i++) fraction.Add([first[i], second[i]]);
        Assert.Equal((9 + 4 + 25 + 4) / first.Sum(e => (e - 3.8) * (e - 3.8)), fraction.Of(0), 12);
        Assert.Equal(4 / 10.0, fraction.Of(1), 12);
    }
}
