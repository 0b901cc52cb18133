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

    private HeldOutCells(EncodedTable table, int[] cells, Device device)
    {
        _cells = tensor(Array.ConvertAll(cells, cell => (long)cell), ScalarType.Int64, device);
        _truth = tensor(Array.ConvertAll(cells, cell => table.Values[cell]), ScalarType.Float32, device);
        Hidden = HiddenCells.Hide(table, cells);
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
        var cells = HiddenCells.Pick(table, share, random, 0);
        return cells.Length < Fewest ? null : new HeldOutCells(table, cells, device);
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
}
