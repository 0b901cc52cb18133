using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Models.Pfn;

public sealed class FlowImputerTests
{
    private static readonly Imputer Imputer = Nano.Imputer;
    private static readonly ImputeOptions Quick = Nano.Options(12);
    private static readonly Table Gappy = Nano.Labelled(60, 4, 2, 1, label: false);

    [Fact]
    public void Every_missing_cell_gets_a_mean_within_its_interval_and_others_stay_byte_for_byte()
    {
        var imputed = Imputer.Impute(Gappy, Quick);
        Assert.Equal(Gappy.MissingCells, imputed.Cells.Count);
        Assert.All(imputed.Cells, cell => Assert.InRange(cell.Mean, cell.Lower, cell.Upper));
        using var stream = new MemoryStream();
        imputed.WriteCompleted(stream);
        stream.Position = 0;
        var completed = TableReader.Read(stream, "completed");
        Assert.Equal(0, completed.MissingCells);
        for (var row = 0; row < Gappy.Rows; row++)
        {
            for (var column = 0; column < Gappy.Columns; column++)
            {
                if (!Gappy.IsMissing(row, column)) Assert.Equal(Gappy.Text(row, column), completed.Text(row, column));
            }
        }
    }

    [Fact]
    public void Draws_do_not_depend_on_threads_or_on_which_rows_are_asked_for()
    {
        var all = Imputer.Impute(Gappy, Quick with { Threads = 1 }).Cells;
        Assert.Equal(all, Imputer.Impute(Gappy, Quick with { Threads = 4 }).Cells);
        var part = Imputer.Impute(Gappy, Quick with { FirstRow = 20, EndRow = 40 }).Cells;
        var expected = all.Where(cell => cell.Row is >= 20 and < 40).ToArray();
        Assert.Equal(expected.Length, part.Count);
        // Sums of matrix products may round differently with the number of rows.
        Assert.All(expected.Zip(part), pair => Assert.Equal(pair.First.Mean, pair.Second.Mean, 4));
    }

    [Fact]
    public void Linearly_related_columns_are_used()
    {
        var cells = Enumerable.Range(0, 200).SelectMany(i => new[] { $"{i}", i % 5 == 0 ? "" : $"{3 * i + 7}" }).ToArray();
        var imputed = Imputer.Impute(Table.FromText(["a", "b"], cells, MissingTokens.Default), Nano.Options(64));
        // Errors below a quarter of the column's standard deviation, which is 173; the column mean would be off by 150 on average.
        Assert.True(imputed.Cells.Average(cell => Math.Abs(cell.Mean - (3 * cell.Row + 7))) < 43);
    }

    [Fact]
    public void A_table_with_more_columns_than_the_network_has_is_imputed_in_parts()
    {
        var wide = Nano.Labelled(30, 130, 2, 8, label: false);
        Assert.Equal(wide.MissingCells, Imputer.Impute(wide, Nano.Options(2)).Cells.Count);
    }

    [Fact]
    public void A_row_with_nothing_observed_and_a_constant_column_are_handled()
    {
        var table = Table.FromText(["a", "b", "c"], ["1", "2", "5", "2", "1", "5", "", "", "", "3", "1", "5"], MissingTokens.Default);
        var imputed = Imputer.Impute(table, Quick);
        Assert.Equal(2, imputed.Cells.Count);
        Assert.True(double.IsNaN(imputed.Value(2, 2)));
        Assert.Equal([new CarriedColumn("c", CarriedReason.Constant)], imputed.Report.Carried);
        Assert.Equal([2], imputed.Report.EmptyRows);
    }

    [Fact]
    public void A_complete_table_comes_back_as_it_is() =>
        Assert.Empty(Imputer.Impute(Table.FromText(["a", "b"], ["1", "2", "3", "4"], MissingTokens.Default)).Cells);

    [Theory]
    [InlineData(0, 0.05, "Draws")]
    [InlineData(5, 1.5, "Alpha")]
    public void An_option_out_of_range_is_refused(int draws, double alpha, string expected) =>
        Refused(new ImputeOptions { Inference = Imputer.Inference with { Draws = draws, Alpha = alpha } }, expected);

    [Fact]
    public void An_option_of_chains_or_of_fitted_models_is_refused_since_it_could_do_nothing()
    {
        Refused(new ImputeOptions { Inference = Imputer.Inference with { BurnIn = 7, Chains = 2 } }, "burn-in, chains: ");
        Refused(new ImputeOptions { Inference = Imputer.Inference with { Beta = 0.5 } }, "settings of refinement or of chains: ");
        Refused(new ImputeOptions { MapOnly = true }, "whose draws are no chains");
        Refused(new ImputeOptions { RowOffset = 512 }, "the whole table is context");
    }

    private static void Refused(ImputeOptions options, string expected) =>
        Assert.Contains(expected, Assert.Throws<UserInputException>(() => Imputer.Impute(Gappy, options)).Message, StringComparison.Ordinal);
}
