using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Pfn.Cells;

/// <summary>Tensors joined along an axis whose size the host chooses; the result's has a name.</summary>
internal sealed record Joined(int Axis, Dimension Size) : Operator
{
    public override string Type => "Concat";

    internal override bool NamesAxis => true;

    internal override IEnumerable<OperatorAttribute> Attributes => [new("axis", (long)Axis)];

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (inputs[0].Type, inputs[0].Shape.With(Axis, Size));
}

/// <summary>An axis without its first positions.</summary>
internal sealed record Behind(int Axis, Dimension Size) : Operator
{
    public override string Type => "Slice";

    internal override bool NamesAxis => true;

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (inputs[0].Type, inputs[0].Shape.With(Axis, Size));
}

/// <summary>An axis's first positions, of known number.</summary>
internal sealed record Before(int Axis, long Count) : Operator
{
    public override string Type => "Slice";

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (inputs[0].Type, inputs[0].Shape.With(Axis, Count));
}

/// <summary>Axes whose sizes the host chooses, joined and cut.</summary>
internal static class CellAxes
{
    /// <summary>Two tensors one behind the other along an axis, which gets a name of its own.</summary>
    public static Tensor Join(this Tensor first, Tensor second, int axis, Dimension size) => Graph.Apply(new Joined(axis, size), first, second);

    /// <summary>What comes behind the first positions of an axis.</summary>
    public static Tensor Behind(this Tensor x, int axis, long count, Dimension size) => Graph.Apply(
        new Behind(axis, size), x, x.Graph.Integers(count), x.Graph.Integers(long.MaxValue), x.Graph.Integers(axis));

    /// <summary>The first positions of an axis.</summary>
    public static Tensor Before(this Tensor x, int axis, long count) => Graph.Apply(
        new Before(axis, count), x, x.Graph.Integers(0), x.Graph.Integers(count), x.Graph.Integers(axis));
}
