using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Tables;

/// <summary>Observed cells hidden from a fit, so that their prediction tells how good it is.</summary>
internal static class HiddenCells
{
    /// <summary>Picks cells at random, leaving every row and every column more than it loses; ascending.</summary>
    /// <param name="table">The table.</param>
    /// <param name="share">Share of the observed cells.</param>
    /// <param name="random">The fit's random numbers.</param>
    /// <param name="step">Another pick for another number.</param>
    /// <param name="eligible">Which columns' cells may be picked; all if null.</param>
    public static int[] Pick(EncodedTable table, double share, Philox random, int step, Func<int, bool>? eligible = null)
    {
        var observed = Enumerable.Range(0, table.Observed.Length).Where(cell => table.Observed[cell] != 0).ToArray();
        var wanted = (int)(share * observed.Length);
        var (rows, columns) = (new int[table.Rows], new int[table.Columns]);
        foreach (var cell in observed)
        {
            rows[cell / table.Columns]++;
            columns[cell % table.Columns]++;
        }

        var (rowsLeft, columnsLeft) = ((int[])rows.Clone(), (int[])columns.Clone());
        var cells = new List<int>(wanted);
        foreach (var position in random.Permutation(observed.Length, RandomPurpose.HeldOutCells, step))
        {
            var cell = observed[position];
            var (row, column) = (cell / table.Columns, cell % table.Columns);
            if (eligible?.Invoke(column) != false && cells.Count < wanted && 2 * (rowsLeft[row] - 1) > rows[row]
                && 2 * (columnsLeft[column] - 1) > columns[column])
            {
                cells.Add(cell);
                rowsLeft[row]--;
                columnsLeft[column]--;
            }
        }

        return [.. cells.Order()];
    }

    /// <summary>The table without some of its cells.</summary>
    public static EncodedTable Hide(EncodedTable table, int[] cells)
    {
        var (values, observed) = ((float[])table.Values.Clone(), (float[])table.Observed.Clone());
        foreach (var cell in cells)
        {
            values[cell] = observed[cell] = 0;
        }

        return table with { Values = values, Observed = observed };
    }
}
