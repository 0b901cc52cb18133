using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Collapsed.Marginals;

/// <summary>
/// Moves the cut-points about atoms to where the draws of hidden cells pass them as often as observed values do, so that an atom is drawn
/// as often as it is seen: a normal draw leaves the neighbourhood of a spike more often than the data do.
/// </summary>
internal static class AtomCalibration
{
    private const int FewestCells = 15;

    // Between a cut-point and the score of an atom that is to be drawn by it, if there is as much.
    private const double Room = 1e-3;

    /// <summary>The columns after the fit, with cut-points that draws of cells which the fits were not told of pass as often as observed values do.</summary>
    /// <param name="columns">The modelled columns.</param>
    /// <param name="counts">Their observed values; those of columns with atoms are needed.</param>
    /// <param name="encoded">The table as the schema encodes it.</param>
    /// <param name="hasForest">Of a Gaussian column, whether a share of its draws are observed values' scores.</param>
    /// <param name="draw">Draws cells of some Gaussian columns.</param>
    public static IReadOnlyList<ColumnSchema> Run(
        IReadOnlyList<ColumnSchema> columns, ValueCounts?[] counts, EncodedTable encoded, Predicate<int> hasForest,
        Func<IReadOnlyCollection<int>, IReadOnlyDictionary<int, HiddenCell[]>> draw)
    {
        var coding = new GaussianCoding(columns);
        bool IsIncomplete(int c) => Enumerable.Range(0, encoded.Rows).Any(row => encoded.Observed[row * encoded.Columns + c] == 0);
        int[] withAtoms = [.. Enumerable.Range(0, columns.Count).Where(c => columns[c].Marginal is { Atoms.Count: > 0 } && IsIncomplete(c))];
        if (withAtoms.Length == 0) return columns;
        var cells = draw([.. withAtoms.Select(coding.FirstOf)]);
        return [.. columns.Select((column, c) =>
        {
            var place = coding.FirstOf(c);
            return withAtoms.Contains(c) && (cells[place].Length >= FewestCells || hasForest(place))
                ? column with { Marginal = Run(column, counts[c]!, cells[place], hasForest(place)) }
                : column;
        })];
    }

    /// <summary>The map with its cut-points moved.</summary>
    /// <param name="column">The column and its map.</param>
    /// <param name="counts">The column's observed values.</param>
    /// <param name="cells">Hidden cells of its column.</param>
    /// <param name="hasForest">Whether a share of its draws are observed values' scores, which are to come back as the values.</param>
    public static ColumnMarginal Run(ColumnSchema column, ValueCounts counts, HiddenCell[] cells, bool hasForest = false)
    {
        if (column.Marginal is not { Atoms.Count: > 0 } marginal || cells.Length == 0) return column.Marginal!;
        var draws = new PooledDraws(cells);
        if (hasForest) return Move(marginal, counts, draws, keepsScores: true, isExact: true);
        // A sharp draw of one atom's score is not to become the atom beside it; but where one of two holds most of the cells, its draws
        // may reach beyond the other's score.
        var (near, free) = (Move(marginal, counts, draws, keepsScores: true), Move(marginal, counts, draws, keepsScores: false));
        return near.Atoms.SequenceEqual(free.Atoms) || Error(column, near, cells) < Error(column, free, cells) ? near : free;
    }

    // Mean CRPS, on the scale of the Gaussian column.
    private static double Error(ColumnSchema column, ColumnMarginal marginal, HiddenCell[] cells)
    {
        double Score(double draw) => marginal.Decode(draw) is var value ? marginal.Encode(value, (value - column.Location) / column.Scale) : 0;
        return cells.Average(cell => MarginalCandidate.Crps(Array.ConvertAll(cell.Draws, Score), cell.Truth));
    }

    private static ColumnMarginal Move(ColumnMarginal marginal, ValueCounts counts, PooledDraws draws, bool keepsScores, bool isExact = false)
    {
        var order = marginal.Atoms.Select(atom => Array.BinarySearch(counts.Values, atom.Value)).ToArray();
        bool IsBetween(int lower, int upper) => keepsScores && lower >= 0 && upper < order.Length && order[upper] == order[lower] + 1;
        double? Cut(double? cut, double share, int lower, int upper)
        {
            if (Move(cut, share, draws) is not { } moved) return null;
            if (!isExact && !IsBetween(lower, upper)) return moved;
            var low = lower < 0 ? double.NegativeInfinity : marginal.Atoms[lower].Score;
            var high = upper == order.Length ? double.PositiveInfinity : marginal.Atoms[upper].Score;
            var room = isExact ? Math.Min(Room, (high - low) / 4) : 0;
            return Math.Clamp(moved, low + room, high - room);
        }

        var atoms = marginal.Atoms.Select((atom, i) => atom with
        {
            From = Cut(atom.From, counts.ShareBelow(atom.Value), i - 1, i),
            To = Cut(atom.To, counts.ShareUpTo(atom.Value), i, i + 1),
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
    private static double? Move(double? cut, double share, PooledDraws draws)
    {
        if (cut is not { } at) return null;
        var (mean, variance) = draws.ChancesBelow(at);
        var explained = mean is <= 0 or >= 1 ? 0 : variance / (mean * (1 - mean));
        return draws.Quantile(share + explained * (draws.ShareOfTruthBelow(at) - share));
    }
}
