using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn;

/// <summary>The first positions of an axis, as many as an axis of a graph's input has: how weights for F features serve a table with fewer.</summary>
internal sealed record Prefix(int Axis, Dimension Size) : Operator
{
    public override string Type => "Slice";

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (inputs[0].Type, inputs[0].Shape.With(Axis, Size));

    /// <summary>Cuts an axis of x to the length that an axis of <paramref name="like"/> has.</summary>
    public static Tensor Of(Tensor x, int axis, Tensor like, int likeAxis) => Graph.Apply(
        new Prefix(axis, like.Shape[likeAxis]), x, x.Graph.Integers(0), Graph.Apply(new ShapeOf(likeAxis, likeAxis + 1), like), x.Graph.Integers(axis));
}
