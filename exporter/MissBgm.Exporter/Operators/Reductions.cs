using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

/// <summary>A reduction over one axis.</summary>
internal abstract record Reduction(int Axis, bool KeepAxis) : Operator
{
    internal override IEnumerable<OperatorAttribute> Attributes =>
        [new("axes", new[] { Axis }), new("keepdims", KeepAxis ? 1L : 0L)];

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        var shape = inputs[0].Shape;
        return (Expect.Real(inputs[0]), KeepAxis ? shape.With(Axis, 1) : [.. shape.Take(Axis), .. shape.Skip(Axis + 1)]);
    }

    /// <summary>A tensor of the reduced shape with the axis put back, so that it broadcasts to the input.</summary>
    protected Tensor Restore(Tensor reduced, Tensor node) =>
        KeepAxis || reduced.Shape.Rank == 0 ? reduced : Adjoints.WithRank(reduced, node.Shape.Rank).Unsqueeze(Axis);
}

internal sealed record ReduceSum(int Axis, bool KeepAxis) : Reduction(Axis, KeepAxis)
{
    // Since operator set 13 the axes are an input.
    internal override IEnumerable<OperatorAttribute> Attributes => [new("keepdims", KeepAxis ? 1L : 0L)];

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs) =>
        Scaling.Split(inputs[0]) is (not 1, _) split ? Scaling.Scale(split.Factor, split.Base.Sum(Axis, KeepAxis)) : null;

    internal override Tensor Backward(Tensor node, Tensor adjoint, int input) => Restore(adjoint, node);
}

internal sealed record ReduceMean(int Axis, bool KeepAxis) : Reduction(Axis, KeepAxis)
{
    internal override Tensor Backward(Tensor node, Tensor adjoint, int input) =>
        Restore(adjoint, node) / node.Inputs[0].Length(Axis);
}

internal sealed record ReduceMin(int Axis, bool KeepAxis) : Reduction(Axis, KeepAxis);

/// <summary>Reductions over an axis; negative axes count from the back.</summary>
public static class Reductions
{
    /// <summary>The sum over an axis.</summary>
    public static Tensor Sum(this Tensor x, int axis, bool keepAxis = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Graph.Apply(new ReduceSum(x.Shape.Axis(axis), keepAxis), x, x.Graph.Integers(x.Shape.Axis(axis)));
    }

    /// <summary>The mean over an axis.</summary>
    public static Tensor Mean(this Tensor x, int axis, bool keepAxis = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Graph.Apply(new ReduceMean(x.Shape.Axis(axis), keepAxis), x);
    }

    /// <summary>The smallest element over an axis; no derivative flows through it.</summary>
    public static Tensor Smallest(this Tensor x, int axis, bool keepAxis = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Graph.Apply(new ReduceMin(x.Shape.Axis(axis), keepAxis), x);
    }
}
