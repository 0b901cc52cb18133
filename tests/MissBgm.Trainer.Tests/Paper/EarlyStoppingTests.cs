using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper;
using MissBgm.Trainer.Running;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Paper;

[Collection("live tensors")]
public sealed class EarlyStoppingTests
{
    [Fact]
    public void Held_out_cells_are_observed_ones_and_leave_every_row_and_column_more_than_they_take()
    {
        var table = SmallFit.LargerTable;

        using var heldOut = HeldOutCells.Choose(table, 0.3, new Philox(1), CPU)!;

        var hidden = Enumerable.Range(0, table.Values.Length).Where(cell => heldOut.Hidden.Observed[cell] != table.Observed[cell]).ToArray();
        Assert.InRange(hidden.Length, HeldOutCells.Fewest, 0.3 * table.Observed.Sum());
        Assert.All(hidden, cell => Assert.Equal((1, 0, 0), (table.Observed[cell], heldOut.Hidden.Observed[cell], heldOut.Hidden.Values[cell])));
        Assert.All(
            hidden.GroupBy(cell => cell / table.Columns),
            row => Assert.True(2 * row.Count() < table.Observed.Skip(row.Key * table.Columns).Take(table.Columns).Sum()));
        Assert.All(
            hidden.GroupBy(cell => cell % table.Columns),
            column => Assert.True(2 * column.Count() < table.Observed.Where((_, cell) => cell % table.Columns == column.Key).Sum()));
    }

    [Fact]
    public void A_table_too_small_to_hold_cells_out_is_fitted_to_the_last_epoch()
    {
        Assert.Null(HeldOutCells.Choose(SmallFit.Table, 0.05, new Philox(1), CPU));

        var summary = MissBgmFitTests.Fit().Summary;

        Assert.Equal(SmallFit.Config.Epochs, summary.Epochs);
        Assert.Null(summary.BestEpoch);
        Assert.Null(summary.HeldOutError);
    }

    [Fact]
    public void The_error_is_that_of_the_held_out_cells_alone()
    {
        using var scope = NewDisposeScope();
        var table = SmallFit.LargerTable;
        using var heldOut = HeldOutCells.Choose(table, 0.1, new Philox(1), CPU)!;
        var completed = tensor(table.Values, [table.Rows, table.Columns]);

        Assert.Equal(0, heldOut.Error(completed));
        Assert.Equal(0.5, heldOut.Error(completed.add(0.5)), 1e-6);
    }

    [Fact]
    public void Held_out_cells_come_back_as_they_were()
    {
        var table = SmallFit.LargerTable;

        var result = MissBgmFitTests.Fit(table: table);

        Assert.NotNull(result.Summary.BestEpoch);
        Assert.All(
            Enumerable.Range(0, table.Values.Length).Where(cell => table.Observed[cell] == 1),
            cell => Assert.Equal(table.Values[cell], result.Completed[cell]));
    }

    [Fact]
    public void The_fit_ends_when_the_error_has_not_fallen_for_as_many_epochs_as_the_patience()
    {
        var errors = new List<double>();
        var progress = new MissBgmFitTests.Recorder(report =>
        {
            if (report.Losses.TryGetValue("held_out", out var error))
            {
                errors.Add(error);
            }
        });
        var config = SmallFit.Config with { Epochs = 400, EarlyStopping = new EarlyStoppingConfig { Enabled = true, Patience = 5 } };

        var summary = MissBgmFit.Run(SmallFit.LargerTable, SmallFit.Of(config), new FitOptions { Progress = progress }).Summary;

        Assert.Equal(errors.Count, summary.Epochs);
        Assert.InRange(summary.Epochs, 6, 399);
        Assert.Equal(summary.Epochs - 5, summary.BestEpoch);
        Assert.Equal(errors.Min(), summary.HeldOutError!.Value);
        Assert.Equal(errors.IndexOf(errors.Min()) + 1, summary.BestEpoch);
    }
}
