using MissBgm.Runtime.Models;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Models.Pfn;

public sealed class FlowCheckTests
{
    [Fact]
    public void A_shift_that_the_hidden_cells_bear_out_counts_in_full_and_one_that_they_contradict_not_at_all()
    {
        Assert.Equal(FlowTrust.Full with { Cells = 100 }, Check(errors: 100, agreement: 30, shifts: 32.5, signal: 30, variance: 70).Trust());
        Assert.Equal(new FlowTrust(100, 0, 1), Check(errors: 100, agreement: -30, shifts: 32.5, signal: 30, variance: 100).Trust());
        Assert.Equal(0.5f, Check(errors: 100, agreement: 15, shifts: 32.5, signal: 30, variance: 70).Trust().Shift);
    }

    [Fact]
    public void Draws_become_wider_where_errors_are_larger_and_never_narrower()
    {
        Assert.Equal(1.5f, Check(errors: 225, agreement: 0, shifts: 0, signal: 0, variance: 100).Trust().Stretch, 5);
        Assert.Equal(2f, Check(errors: 900, agreement: 0, shifts: 0, signal: 0, variance: 100).Trust().Stretch, 5);
        Assert.Equal(1f, Check(errors: 25, agreement: 0, shifts: 0, signal: 0, variance: 100).Trust().Stretch, 5);
        // Cells that are still to come are not missing for a reason.
        Assert.Equal(0.5f, Check(errors: 25, agreement: 0, shifts: 0, signal: 0, variance: 100).Trust(smallestStretch: 0).Stretch, 5);
    }

    [Fact]
    public void A_few_hidden_cells_decide_nothing() =>
        Assert.Equal(FlowTrust.Full with { Cells = 29 }, (Check(900, -30, 30, 30, 100) with { Cells = 29 }).Trust());

    [Fact]
    public void Checks_of_several_passes_add_up()
    {
        var one = Check(1, 2, 3, 4, 5);
        Assert.Equal(new FlowCheck(200, 2, 4, 6, 8, 10), FlowCheck.Sum([one, one]));
    }

    [Fact]
    public void Draws_come_in_pairs_whose_mean_hardly_varies()
    {
        // Draws k and k + half start from opposite noise; the mean of such a pair varies by half of a draw's variance where draws are independent.
        var table = new EncodedTable(
            80, 2, [.. Enumerable.Range(0, 80).SelectMany(i => new[] { i, i % 4 == 0 ? 0f : i + 20 * (i % 3) })],
            [.. Enumerable.Range(0, 80).SelectMany(i => new[] { 1f, i % 4 == 0 ? 0 : 1 })]);
        var rows = Enumerable.Range(0, 80).Where(i => i % 4 == 0).ToArray();
        const int half = 16;
        var pass = FlowPass.Embed(Nano.Model, table, 0, new Philox(5), [0, 1], [.. Enumerable.Range(0, 80)], rows, null, CancellationToken.None);
        var draws = pass.Draw(rows, pass.Describe(rows, CancellationToken.None), 2 * half, 512, CancellationToken.None);
        double Value(int row, int draw) => draws[(row * 2 * half + draw) * 2 + 1];
        var single = Enumerable.Range(0, rows.Length).Average(row => Variance([.. Enumerable.Range(0, 2 * half).Select(draw => Value(row, draw))]));
        var paired = Enumerable.Range(0, rows.Length)
            .Average(row => Variance([.. Enumerable.Range(0, half).Select(draw => (Value(row, draw) + Value(row, draw + half)) / 2)]));
        Assert.True(single > 0);
        Assert.True(paired < 0.1 * single, $"{paired} of {single}");
    }

    private static FlowCheck Check(double errors, double agreement, double shifts, double signal, double variance) =>
        new(100, errors, agreement, shifts, signal, variance);

    private static double Variance(double[] x) => x.Sum(value => (value - x.Average()) * (value - x.Average())) / (x.Length - 1);
}
