namespace MissBgm.Trainer.Collapsed.Marginals;

/// <summary>
/// The draws of a column's hidden cells in order, with what a cut-point needs to know of them: of a thousand atoms each asks twice, so it is
/// counted once.
/// </summary>
internal sealed class PooledDraws
{
    private readonly double[] _draws;
    private readonly double[] _truth;
    private readonly int _each;

    // Over the cells, the sum of the squares of how many of their draws are among the first so many, [draws + 1].
    private readonly long[] _squares;

    /// <summary>Puts them in order.</summary>
    /// <param name="cells">At least one cell, all of as many draws.</param>
    public PooledDraws(HiddenCell[] cells)
    {
        _each = cells[0].Draws.Length;
        _truth = Array.ConvertAll(cells, cell => cell.Truth);
        Array.Sort(_truth);
        _draws = [.. cells.SelectMany(cell => cell.Draws)];
        var cellOf = Enumerable.Range(0, _draws.Length).Select(i => i / _each).ToArray();
        Array.Sort(_draws, cellOf);
        var below = new int[cells.Length];
        _squares = new long[_draws.Length + 1];
        for (var i = 0; i < _draws.Length; i++) _squares[i + 1] = _squares[i] + 2 * below[cellOf[i]]++ + 1;
    }

    /// <summary>Mean and variance over the cells of the share of a cell's draws up to a point.</summary>
    public (double Mean, double Variance) ChancesBelow(double at)
    {
        var count = UpTo(_draws, at);
        var mean = count / (double)_draws.Length;
        return (mean, Math.Max(0, _squares[count] / ((double)_draws.Length * _each) - mean * mean));
    }

    /// <summary>Share of the cells whose own value is up to a point.</summary>
    public double ShareOfTruthBelow(double at) => UpTo(_truth, at) / (double)_truth.Length;

    /// <summary>A quantile of all draws, linear between them.</summary>
    public double Quantile(double level)
    {
        var place = level * (_draws.Length - 1);
        var below = (int)place;
        return below + 1 < _draws.Length ? _draws[below] + (place - below) * (_draws[below + 1] - _draws[below]) : _draws[below];
    }

    private static int UpTo(double[] sorted, double at)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] <= at) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
