using MissBgm.Runtime.Diagnostics;

namespace MissBgm.Runtime.Tests.Diagnostics;

public sealed class VerdictTests
{
    private static ConvergenceVerdict Judge(int draws, params ConvergenceSummary[] cells) => ConvergenceVerdict.Of(cells, 4, draws, 0, 0);

    [Fact]
    public void Agreeing_chains_of_few_draws_are_neither_converged_nor_not()
    {
        var verdict = Judge(10, new(0.994, 40, 40), new(1.2, 20, 20));
        Assert.False(verdict.CanTell);
        Assert.False(verdict.Converged);
    }

    [Fact]
    public void An_R_hat_below_one_is_no_failure_and_more_effective_draws_than_draws_are_none()
    {
        var verdict = Judge(100, new(0.994, 400, 410), new(0.99, 1500, 1200));
        Assert.True(verdict.Converged);
        Assert.Equal((0, 0), (verdict.Unconverged, verdict.Imprecise));
    }

    [Fact]
    public void Chains_that_disagree_and_few_effective_draws_are_told_apart()
    {
        var verdict = Judge(1000, new(1.05, 50, 50), new(1.0, 200, 900), new(1.0, 900, 900));
        Assert.Equal((1, 1), (verdict.Unconverged, verdict.Imprecise));
        Assert.False(verdict.Converged);
        Assert.Equal(8000, verdict.EnoughDraws);
    }

    [Fact]
    public void What_is_drawn_alike_every_time_has_converged()
    {
        var summary = new Convergence(2, 50).Summarise(Enumerable.Repeat(5f, 100).ToArray());
        Assert.Equal(new ConvergenceSummary(1, 100, 100), summary);
    }

    [Fact]
    public void A_table_without_missing_cells_has_nothing_to_converge() => Assert.True(Judge(10).Converged);
}
