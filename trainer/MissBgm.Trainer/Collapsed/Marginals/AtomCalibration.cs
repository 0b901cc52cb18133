using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Models;

namespace MissBgm.Trainer.Collapsed.Marginals;

/// <summary>
/// Moves the cut-points about atoms to where the draws of hidden cells pass them as often as observed values do, so that an atom is drawn
/// as often as it is seen: a normal draw leaves the neighbourhood of a spike more often than the data do.
/// </summary>
internal static class AtomCalibration
{
    /// <summary>The map with its cut-points moved.</summary>
    /// <param name="marginal">The map.</param>
    /// <param name="counts">The column's observed values.</param>
    /// <param name="cells">Hidden cells of its column.</param>
    public static ColumnMarginal Run(ColumnMarginal marginal, ValueCounts counts, HiddenCell[] cells)
    {
        if (marginal.Atoms.Count == 0 || cells.Length == 0) return marginal;
        var pooled = cells.SelectMany(cell => cell.Draws).ToArray();
        Array.Sort(pooled);
        // A sharp draw of one atom's score must not become the atom beside it.
        var order = marginal.Atoms.Select(atom => Array.BinarySearch(counts.Values, atom.Value)).ToArray();
        double? Between(double? cut, int lower, int upper) => cut is { } at && lower >= 0 && upper < order.Length && order[upper] == order[lower] + 1
            ? Math.Clamp(at, marginal.Atoms[lower].Score, marginal.Atoms[upper].Score)
            : cut;
        var atoms = marginal.Atoms.Select((atom, i) => atom with
        {
            From = Between(Move(atom.From, counts.ShareBelow(atom.Value), pooled, cells), i - 1, i),
            To = Between(Move(atom.To, counts.ShareUpTo(atom.Value), pooled, cells), i, i + 1),
        }).ToArray();
        for (var i = 0; i < atoms.Length; i++)
        {
            // Cut-points keep their order.
            if (i > 0 && atoms[i].From < atoms[i - 1].To) atoms[i] = atoms[i] with { From = atoms[i - 1].To };
            if (atoms[i].To < atoms[i].From) atoms[i] = atoms[i] with { To = atoms[i].From };
        }

        return marginal with { Atoms = atoms };
    }

    // The share of the draws below a cut-point is to be that of the observed values below it. Which cells were hidden is an accident that
    // the fits know of as far as they can tell the cells apart.
    private static double? Move(double? cut, double share, double[] pooled, HiddenCell[] cells)
    {
        if (cut is not { } at) return null;
        var hidden = cells.Count(cell => cell.Truth <= at) / (double)cells.Length;
        var chances = Array.ConvertAll(cells, cell => cell.Draws.Count(draw => draw <= at) / (double)cell.Draws.Length);
        var mean = chances.Average();
        var explained = mean is <= 0 or >= 1 ? 0 : chances.Average(chance => (chance - mean) * (chance - mean)) / (mean * (1 - mean));
        return Quantile(pooled, share + explained * (hidden - share));
    }

    private static double Quantile(double[] sorted, double level)
    {
        var place = level * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
