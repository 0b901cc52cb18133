using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Fitting;

/// <summary>Observed cells that are kept from a fit, so that their imputation tells how good it is.</summary>
internal sealed class HeldOutCells : IDisposable
{
    /// <summary>With fewer cells than this their error says too little to act on.</summary>
    public const int Fewest = 20;

    private readonly Tensor _cells;
    private readonly Tensor _truth;

    private HeldOutCells(EncodedTable table, long[] cells, Device device)
    {
        _cells = tensor(cells, ScalarType.Int64, device);
        _truth = tensor(Array.ConvertAll(cells, cell => table.Values[cell]), ScalarType.Float32, device);
        Hidden = Hide(table, cells);
    }

    /// <summary>The table without the cells.</summary>
    public EncodedTable Hidden { get; }

    /// <summary>Picks cells at random, leaving every row and every column more than it loses.</summary>
    /// <param name="table">The table.</param>
    /// <param name="share">Share of the observed cells.</param>
    /// <param name="random">The fit's random numbers.</param>
    /// <param name="device">Where the fit runs.</param>
    /// <returns>Null when fewer than <see cref="Fewest"/> cells can be had.</returns>
    public static HeldOutCells? Choose(EncodedTable table, double share, Philox random, Device device)
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
        var cells = new List<long>(wanted);
        foreach (var position in random.Permutation(observed.Length, RandomPurpose.HeldOutCells, 0))
        {
            var cell = observed[position];
            var (row, column) = (cell / table.Columns, cell % table.Columns);
            if (cells.Count < wanted && 2 * (rowsLeft[row] - 1) > rows[row] && 2 * (columnsLeft[column] - 1) > columns[column])
            {
                cells.Add(cell);
                rowsLeft[row]--;
                columnsLeft[column]--;
            }
        }

        return cells.Count < Fewest ? null : new HeldOutCells(table, [.. cells.Order()], device);
    }

    /// <summary>Root-mean-square error of a completion on the cells, standardised.</summary>
    public double Error(Tensor completed)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return Math.Sqrt(completed.view(-1).index_select(0, _cells).sub(_truth).square().mean().ToDouble());
    }

    public void Dispose()
    {
        _cells.Dispose();
        _truth.Dispose();
    }

    private static EncodedTable Hide(EncodedTable table, long[] cells)
    {
        var (values, observed) = ((float[])table.Values.Clone(), (float[])table.Observed.Clone());
        foreach (var cell in cells)
        {
            values[cell] = observed[cell] = 0;
        }

        return table with { Values = values, Observed = observed };
    }
}
