using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Tables;

/// <summary>Columns of which some are treated otherwise than the rest.</summary>
/// <param name="chosen">Whether a column is one of them.</param>
internal sealed class ColumnGroups(bool[] chosen)
{
    private readonly int[] _others = [.. Enumerable.Range(0, chosen.Length).Where(c => !chosen[c])];

    /// <summary>The chosen columns.</summary>
    public int[] Chosen { get; } = [.. Enumerable.Range(0, chosen.Length).Where(c => chosen[c])];

    /// <summary>The chosen columns of a tensor, [..., columns].</summary>
    public Tensor Pick(Tensor x) => _others.Length == 0 ? x : x.Columns(Chosen);

    /// <summary>The columns of a tensor, the chosen ones put through a function.</summary>
    /// <param name="x">[..., columns].</param>
    /// <param name="function">Of the chosen columns.</param>
    /// <param name="source">What the function is given; the chosen columns of x if null.</param>
    public Tensor Merge(Tensor x, Func<Tensor, Tensor> function, Func<Tensor, Tensor>? source = null)
    {
        if (Chosen.Length == 0) return x;
        var treated = function((source ?? Pick)(x));
        if (_others.Length == 0) return treated;
        int[] order = [.. _others, .. Chosen];
        return new[] { x.Columns(_others), treated }.Concat(x.Shape.Rank - 1).Columns(
            [.. Enumerable.Range(0, order.Length).Select(c => Array.IndexOf(order, c))]);
    }
}

/// <summary>Columns of a tensor, its last axis.</summary>
internal static class TensorColumns
{
    /// <summary>Some columns in an order.</summary>
    public static Tensor Columns(this Tensor x, IReadOnlyList<int> columns) => columns.SequenceEqual(Enumerable.Range(0, (int)x.Shape[^1].Size!.Value))
        ? x
        : x.Gather(x.Graph.Integers([.. columns.Select(c => (long)c)]), x.Shape.Rank - 1);
}
