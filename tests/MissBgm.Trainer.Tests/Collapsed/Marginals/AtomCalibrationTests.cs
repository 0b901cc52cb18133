using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Marginals;

namespace MissBgm.Trainer.Tests.Collapsed.Marginals;

/// <summary>Cut-points about atoms, by draws that are shifted against the values: a tenth of a column's cells at each of ten numbers.</summary>
public sealed class AtomCalibrationTests
{
    private const int Rows = 200;
    private static readonly Table Data = Table.FromNumbers(["a", "b"], Simulate());
    private static readonly TableSchema Schema = MarginalLearning.Support(Data, TableSchema.Detect(Data));
    private static readonly ColumnSchema Column = Schema.Modelled[0];
    private static readonly ValueCounts Counts = ValueCounts.Of(Data, Schema)[0]!;

    // A forest draws observed values' scores, which are of the values whatever normal draws call for; half a step away they call for much.
    [Theory]
    [InlineData(0.6)]
    [InlineData(-0.6)]
    [InlineData(2.5)]
    public void Of_a_column_with_a_forest_observed_scores_come_back_as_their_values(double steps)
    {
        var cells = Cells(steps * (Column.Marginal!.Atoms[1].Score - Column.Marginal.Atoms[0].Score));
        var (free, kept) = (AtomCalibration.Run(Column, Counts, cells), AtomCalibration.Run(Column, Counts, cells, hasForest: true));
        Assert.Equal(10, kept.Atoms.Count);
        Assert.All(kept.Atoms, atom => Assert.Equal(atom.Value, kept.Decode((float)atom.Score)));
        if (Math.Abs(steps) > 1) Assert.Contains(free.Atoms, atom => free.Decode((float)atom.Score) != atom.Value);
    }

    // Draws of each value's cells, spread about its score and shifted.
    private static HiddenCell[] Cells(double shift) =>
    [
        .. Column.Marginal!.Atoms.SelectMany((atom, i) => Enumerable.Range(0, 10).Select(k => new HiddenCell(
            atom.Score, [.. Enumerable.Range(0, 64).Select(d => atom.Score + shift + 0.4 * StandardNormal.Quantile((d + (k + 0.5) / 10) / 64))]))),
    ];

    private static double[,] Simulate()
    {
        var values = new double[Rows, 2];
        for (var row = 0; row < Rows; row++) (values[row, 0], values[row, 1]) = (0.5 + 0.37 * (row % 10), Math.Sin(row));
        return values;
    }
}
