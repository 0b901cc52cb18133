using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Paper.Networks;
using MissBgm.Trainer.Tables;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper;

/// <summary>Observed cells that are kept from a fit, so that their imputation tells how good it is.</summary>
internal sealed class HeldOutCells : IDisposable
{
    /// <summary>With fewer cells than this their error says too little to act on.</summary>
    public const int Fewest = 20;

    private readonly Tensor _places;
    private readonly Tensor _truth;
    private readonly Tensor? _weights;

    private HeldOutCells(EncodedTable table, int[] cells, Device device)
    {
        var layout = RowLayout.Of(table);
        var data = layout.Expand(table).Values;
        var places = cells.SelectMany(cell => Places(cell, layout)).ToArray();
        _places = tensor(places, ScalarType.Int64, device);
        _truth = tensor(Array.ConvertAll(places, place => data[place]), ScalarType.Float32, device);
        if (layout.Discrete.Count > 0)
        {
            // The mean over places is one over cells, each level's column in units in which its frequencies have error 1, as a column's mean has.
            var weights = PlaceWeights(table, layout);
            var scale = places.Length / (float)cells.Length;
            _weights = tensor(Array.ConvertAll(places, place => scale * weights[place % layout.Width]), ScalarType.Float32, device);
        }

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

    /// <summary>Root-mean-square error of an encoded completion on the cells, standardised.</summary>
    public double Error(Tensor completed)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var squares = completed.view(-1).index_select(0, _places).sub(_truth).square();
        return Math.Sqrt((_weights is null ? squares : squares.mul(_weights)).mean().ToDouble());
    }

    public void Dispose()
    {
        _places.Dispose();
        _truth.Dispose();
        _weights?.Dispose();
    }

    private static IEnumerable<long> Places(long cell, RowLayout layout)
    {
        var (row, column) = (cell / layout.Columns, (int)(cell % layout.Columns));
        var discrete = column - layout.Continuous;
        var (start, count) = discrete < 0 ? (column, 1) : (layout.Starts[discrete], layout.Discrete[discrete].Levels);
        return Enumerable.Range(start, count).Select(place => row * layout.Width + place);
    }

    // 1 over the Brier score of a column's frequencies, 1 - sum of p^2.
    private static float[] PlaceWeights(EncodedTable table, RowLayout layout)
    {
        var weights = new float[layout.Columns];
        Array.Fill(weights, 1f);
        for (var column = layout.Continuous; column < layout.Columns; column++)
        {
            var levels = Enumerable.Range(0, table.Rows)
                .Select(row => row * table.Columns + column)
                .Where(cell => table.Observed[cell] != 0)
                .Select(cell => table.Values[cell])
                .ToArray();
            var score = 1 - levels.GroupBy(level => level).Sum(group => Math.Pow(group.Count() / (double)levels.Length, 2));
            weights[column] = score > 0 ? (float)(1 / score) : 1;
        }

        return Array.ConvertAll(layout.ColumnOf, column => weights[column]);
    }
}
