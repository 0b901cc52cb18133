using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Marginals;

namespace MissBgm.Exporter.Tables;

/// <summary>The maps of several columns of numbers as graph nodes, <see cref="ColumnMarginal"/>'s formulas in double precision.</summary>
internal sealed class MarginalCurves
{
    private readonly IReadOnlyList<ColumnMarginal> _maps;
    private readonly IReadOnlyList<IReadOnlyList<double>> _scores;
    private readonly IReadOnlyList<IReadOnlyList<double>> _values;
    private readonly IReadOnlyList<MarginalAtom[]> _atoms;

    /// <param name="maps">The columns' maps.</param>
    public MarginalCurves(IReadOnlyList<ColumnMarginal> maps)
    {
        _maps = maps;
        _scores = [.. maps.Select(map => map.Scores)];
        _values = [.. maps.Select(map => map.Values)];
        _atoms = [.. maps.Select(Atoms)];
    }

    /// <summary>Values as the Gaussian columns have them, of maps on the scale of normal scores; [..., columns].</summary>
    public Tensor Encode(Tensor value)
    {
        var below = First(value, _scores) - Steps(First(value, _values) - value, map => map.LowerTail);
        var above = Last(value, _scores) + Steps(value - Last(value, _values), map => map.UpperTail);
        var smooth = Interpolate(value, _values, _scores);
        var score = value.Less(First(value, _values)).Where(below, value.Greater(Last(value, _values)).Where(above, smooth));
        if (_atoms.All(atoms => atoms.Length == 0)) return score;

        // The nearest atom: halfway to the next one counts as the next.
        var near = value.CountReached([.. _atoms.Select(atoms => atoms.Skip(1).Select((atom, i) => (atoms[i].Value + atom.Value) / 2).ToArray())]);
        var distance = (value - near.EntryOf(Of(atom => atom.Value))).Abs();
        var tolerance = Row(value, map => map.Atoms.Count == 0 ? -1 : map.Scores.Count == 0 ? double.MaxValue : map.AtomTolerance);
        return distance.Greater(tolerance).Where(score, near.EntryOf(Of(atom => atom.Score)));
    }

    /// <summary>The values, in original units, that draws of the Gaussian columns are; [..., columns].</summary>
    public Tensor Decode(Tensor score)
    {
        var below = First(score, _values) - Beyond(First(score, _scores) - score, map => map.LowerTail);
        var above = Last(score, _values) + Beyond(score - Last(score, _scores), map => map.UpperTail);
        var smooth = Interpolate(score, _scores, _values);
        var (first, last) = (First(score, _scores), Last(score, _scores));
        var value = score.Greater(first).Not().Where(below, score.Less(last).Not().Where(above, smooth));
        value = value
            .Max(Row(score, map => map.NaturalMinimum ?? double.NegativeInfinity))
            .Min(Row(score, map => map.NaturalMaximum ?? double.PositiveInfinity));
        if (_atoms.All(atoms => atoms.Length == 0)) return value;

        // The last atom whose cut-point lies below the score, if the score is within its interval.
        var count = score.CountReached(Of(atom => atom.From ?? double.NegativeInfinity), above: true);
        var atom = (count - 1).Max(0);
        var within = count.Greater(0).And(score.Greater(atom.EntryOf(Of(a => a.To ?? double.PositiveInfinity))).Not());
        return within.Where(atom.EntryOf(Of(a => a.Value)), value);
    }

    // Where all values are atoms their intervals are widened until they leave no room: a score between two is the nearer one's.
    private static MarginalAtom[] Atoms(ColumnMarginal map)
    {
        var atoms = map.Atoms.ToArray();
        if (map.Scores.Count > 0) return atoms;
        for (var i = 0; i < atoms.Length; i++)
        {
            var to = i + 1 == atoms.Length ? (double?)null : atoms[i].To == atoms[i + 1].From ? atoms[i].To : (atoms[i].Score + atoms[i + 1].Score) / 2;
            atoms[i] = atoms[i] with { From = i == 0 ? null : atoms[i - 1].To, To = to };
        }

        return atoms;
    }

    // The curve through the knots: with fewer than two there is none, and what comes out is not used.
    private static Tensor Interpolate(Tensor at, IReadOnlyList<IReadOnlyList<double>> from, IReadOnlyList<IReadOnlyList<double>> to)
    {
        var last = at.Graph.Constant(TensorData.Integers([.. from.Select(knots => Math.Max(0L, knots.Count - 2))], from.Count), null);
        var low = (at.CountReached(from) - 1).Max(0).Min(last);
        var (start, end) = (low.EntryOf(from), (low + 1).EntryOf(Wider(from)));
        var (first, next) = (low.EntryOf(to), (low + 1).EntryOf(Wider(to)));
        var width = end - start;
        return width.Greater(0).Where(first + (at - start) / width * (next - first), first);
    }

    // Room for the entry after the last.
    private static IReadOnlyList<IReadOnlyList<double>> Wider(IReadOnlyList<IReadOnlyList<double>> tables) =>
        [.. tables.Select(IReadOnlyList<double> (table) => [.. table, .. Enumerable.Repeat(0.0, Math.Max(0, 2 - table.Count))])];

    // How far beyond an end values lie.
    private Tensor Beyond(Tensor excess, Func<ColumnMarginal, MarginalTail?> tail)
    {
        var (slope, scale) = (Row(excess, map => tail(map)?.Slope ?? 0), Row(excess, map => tail(map)?.Scale ?? 1));
        var straight = slope * excess.Max(0);
        return straight.Greater(scale).Where(scale * (1 + (straight.Max(scale) / scale).Log()), straight);
    }

    // How far beyond an end scores lie, at most 3.
    private Tensor Steps(Tensor excess, Func<ColumnMarginal, MarginalTail?> tail) =>
        (excess / Row(excess, map => tail(map)?.Slope ?? 1)).Min(Row(excess, map => tail(map) is null ? 0 : 3));

    private static Tensor First(Tensor like, IReadOnlyList<IReadOnlyList<double>> tables) =>
        like.Graph.Doubles([.. tables.Select(table => table.Count == 0 ? 0 : table[0])], [tables.Count]);

    private static Tensor Last(Tensor like, IReadOnlyList<IReadOnlyList<double>> tables) =>
        like.Graph.Doubles([.. tables.Select(table => table.Count == 0 ? 0 : table[^1])], [tables.Count]);

    private Tensor Row(Tensor like, Func<ColumnMarginal, double> value) => like.Graph.Doubles([.. _maps.Select(value)], [_maps.Count]);

    private IReadOnlyList<IReadOnlyList<double>> Of(Func<MarginalAtom, double> value) =>
        [.. _atoms.Select(atoms => Array.ConvertAll(atoms, atom => value(atom)))];
}
