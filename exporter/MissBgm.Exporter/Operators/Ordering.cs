using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

/// <summary>The entries of an axis in ascending order.</summary>
internal sealed record Sort(int Axis) : Operator
{
    public override string Type => "TopK";

    internal override IEnumerable<string> Unused => ["positions"];

    internal override IEnumerable<OperatorAttribute> Attributes => [new("axis", (long)Axis), new("largest", 0L), new("sorted", 1L)];

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (Expect.Real(inputs[0]), inputs[0].Shape);
}

/// <summary>The position of the largest entry of an axis, the first of several.</summary>
internal sealed record ArgMax(int Axis) : Operator
{
    internal override IEnumerable<OperatorAttribute> Attributes => [new("axis", (long)Axis), new("keepdims", 0L)];

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        Expect.Real(inputs[0]);
        return (ElementType.Integer, [.. inputs[0].Shape.Take(Axis), .. inputs[0].Shape.Skip(Axis + 1)]);
    }
}

/// <summary>Orders and places in them. No derivative flows through any.</summary>
internal static class Ordering
{
    /// <summary>The entries of an axis in ascending order.</summary>
    internal static Tensor Sorted(this Tensor x, int axis) =>
        Graph.Apply(new Sort(x.Shape.Axis(axis)), x, x.Count(axis).Reshape([1]));

    /// <summary>The position of the largest entry of an axis, the first of several.</summary>
    internal static Tensor PositionOfLargest(this Tensor x, int axis) => Graph.Apply(new ArgMax(x.Shape.Axis(axis)), x);

    /// <summary>
    /// How many entries of its column's table each number reaches, by bisection: a step of three nodes for each doubling of the longest
    /// table, whatever the number of columns.
    /// </summary>
    /// <param name="x">[..., columns].</param>
    /// <param name="tables">The columns' tables, each ascending, of any lengths.</param>
    /// <param name="above">Whether a number reaches an entry only from above; else equality will do.</param>
    internal static Tensor CountReached(this Tensor x, IReadOnlyList<IReadOnlyList<double>> tables, bool above = false)
    {
        var length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)tables.Max(table => table.Count) + 1) - 1;
        var table = Padded(x.Graph, tables, length, double.PositiveInfinity).Reshape([tables.Count * length]);
        var (start, count) = (x.Graph.Constant(TensorData.Integers([.. tables.Select((_, c) => (long)c * length)], tables.Count), null), (Tensor?)null);
        for (var step = (length + 1) / 2; step > 0; step /= 2)
        {
            var entry = table.Gather((count is null ? start : start + count) + (step - 1), 0);
            var reached = (above ? entry.Less(x) : entry.Greater(x).Not()).Cast(ElementType.Integer) * step;
            count = count is null ? reached : count + reached;
        }

        return count ?? x.Greater(double.PositiveInfinity).Cast(ElementType.Integer);
    }

    /// <summary>An entry of each column's table.</summary>
    /// <param name="index">[..., columns], within the padded tables.</param>
    /// <param name="tables">The columns' tables, of any lengths.</param>
    /// <param name="padding">What stands beyond a table's end.</param>
    internal static Tensor EntryOf(this Tensor index, IReadOnlyList<IReadOnlyList<double>> tables, double padding = 0)
    {
        var length = Math.Max(1, tables.Max(table => table.Count));
        var start = index.Graph.Constant(TensorData.Integers([.. tables.Select((_, c) => (long)c * length)], tables.Count), null);
        return Padded(index.Graph, tables, length, padding).Reshape([tables.Count * length]).Gather(index + start, 0);
    }

    /// <summary>Tables of several lengths as one, [columns, length].</summary>
    internal static Tensor Padded(Graph graph, IReadOnlyList<IReadOnlyList<double>> tables, int length, double padding) =>
        graph.Doubles([.. tables.SelectMany(table => table.Concat(Enumerable.Repeat(padding, length - table.Count)))], [tables.Count, length]);
}
