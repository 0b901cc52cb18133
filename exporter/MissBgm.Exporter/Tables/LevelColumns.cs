using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Models;

namespace MissBgm.Exporter.Tables;

/// <summary>
/// The modelled discrete columns between the numbers of their levels and their Gaussian columns, as <see cref="GaussianCoding"/> has it: a
/// score for levels in an order and for two levels, an indicator of each level otherwise.
/// </summary>
internal sealed class LevelColumns
{
    private readonly IReadOnlyList<GaussianCoding.CodedColumn> _columns;
    private readonly int _first;
    private readonly int[] _scored;
    private readonly int[] _indicated;

    /// <param name="columns">How the columns are coded.</param>
    public LevelColumns(IReadOnlyList<GaussianCoding.CodedColumn> columns)
    {
        (_columns, _first) = (columns, columns[0].First);
        _scored = [.. Enumerable.Range(0, columns.Count).Where(c => columns[c].Width == 1)];
        _indicated = [.. Enumerable.Range(0, columns.Count).Where(c => columns[c].Width > 1)];
    }

    /// <summary>The Gaussian columns of levels, Real; a missing one must have been replaced.</summary>
    /// <param name="levels">[..., columns].</param>
    public Tensor Encode(Tensor levels)
    {
        // A table for each Gaussian column, of its column's levels.
        var codes = _columns
            .SelectMany(column => Enumerable.Range(0, column.Width), IReadOnlyList<double> (column, k) => [.. column.Codes!.Select(code => code[k])])
            .ToArray();
        return levels.Columns(Owners()).EntryOf(codes).Cast(ElementType.Real);
    }

    /// <summary>For each Gaussian column the discrete column it is of.</summary>
    public int[] Owners() => [.. _columns.SelectMany((column, c) => Enumerable.Repeat(c, column.Width))];

    /// <summary>The levels that draws of the Gaussian columns are.</summary>
    /// <param name="scores">All Gaussian columns of the model, [R, q].</param>
    public Tensor Decode(Tensor scores)
    {
        var parts = new List<Tensor>();
        if (_scored.Length > 0) parts.Add(Scored(scores.Columns([.. _scored.Select(c => _columns[c].First)]).Cast(ElementType.Double)));
        if (_indicated.Length > 0) parts.Add(Indicated(scores));
        int[] order = [.. _scored, .. _indicated];
        return parts.Concat(parts[0].Shape.Rank - 1).Columns([.. Enumerable.Range(0, order.Length).Select(c => Array.IndexOf(order, c))]);
    }

    /// <summary>Where the first Gaussian column of a level stands.</summary>
    public int First => _first;

    private Tensor Scored(Tensor scores) => scores.CountReached([.. _scored.Select(c => _columns[c].Cuts)], above: true);

    private Tensor Indicated(Tensor scores)
    {
        var widest = _indicated.Max(c => _columns[c].Width);
        var places = _indicated
            .SelectMany(c => Enumerable.Range(0, widest), (c, k) => (long)(_columns[c].First + Math.Min(k, _columns[c].Width - 1)))
            .ToArray();
        var raw = scores.Gather(scores.Graph.Constant(TensorData.Integers(places, _indicated.Length, widest), null), scores.Shape.Rank - 1)
            .Cast(ElementType.Double);
        var shares = Ordering.Padded(
            scores.Graph, [.. _indicated.Select(c => _columns[c].Shares.Zip(_columns[c].Offsets, (share, offset) => share + offset).ToArray())], widest,
            double.NegativeInfinity);
        var spread = Ordering.Padded(
            scores.Graph, [.. _indicated.Select(c => Array.ConvertAll(_columns[c].Shares, share => Math.Sqrt(share * (1 - share))))], widest, 0);
        return (shares + spread * raw).PositionOfLargest(-1);
    }
}
