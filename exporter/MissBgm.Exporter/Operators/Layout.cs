using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

/// <summary>The same elements in other axes. At most one axis may be named other than in its place in the input.</summary>
internal sealed record Reshape(Shape Target) : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        var source = inputs[0].Shape;
        var known = source.Size is { } from && Target.Size is { } to ? from == to : SameNames(source) && KnownPart(source) == KnownPart(Target);
        return known ? (inputs[0].Type, Target) : throw new GraphException($"{inputs[0]} does not reshape to {Target}");
    }

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs)
    {
        if (inputs[0].Shape.Equals(Target)) return inputs[0];
        var (factor, @base) = Scaling.Split(inputs[0]);
        return factor == 1 ? null : Scaling.Scale(factor, @base.Reshape(Target));
    }

    internal override TensorData? Fold(IReadOnlyList<TensorData> inputs) => inputs[0].Reshape([.. Target.Select(dimension => dimension.Size!.Value)]);

    internal override Tensor Backward(Tensor node, Tensor adjoint, int input) =>
        Adjoints.Materialize(adjoint, node.Shape, node).Reshape(node.Inputs[0].Shape);

    /// <summary>What ONNX's shape input says: 0 keeps an axis, -1 is worked out.</summary>
    internal static long[] Specification(Shape source, Shape target)
    {
        var sizes = target.Select((dimension, axis) =>
            dimension.Size ?? (axis < source.Rank && source[axis] == dimension ? 0 : -1)).ToArray();
        return sizes.Count(size => size == -1) <= 1
            ? sizes
            : throw new GraphException($"{source} does not reshape to {target}: more than one axis would have to be worked out");
    }

    // Names multiply: "R*F" is the product of R and F.
    private bool SameNames(Shape source) => Names(source).SequenceEqual(Names(Target));

    private static IEnumerable<string> Names(Shape shape) =>
        shape.Where(dimension => dimension.Name is not null).SelectMany(dimension => dimension.Name!.Split('*')).Order(StringComparer.Ordinal);

    private static long KnownPart(Shape shape) => shape.Aggregate(1L, (product, dimension) => product * (dimension.Size ?? 1));
}

/// <summary>All axes but the last ones as a single one of a given name.</summary>
internal sealed record MergeAxes(Dimension Merged, int Kept) : Operator
{
    public override string Type => "Reshape";

    internal override bool NamesAxis => true;

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) =>
        (inputs[0].Type, [Merged, .. inputs[0].Shape.Skip(inputs[0].Shape.Rank - Kept)]);
}

/// <summary>Axes in another order: axis i of the result is axis Order[i] of the input.</summary>
internal sealed record Transpose(string Order) : Operator
{
    private int[] Axes => [.. Order.Split(',').Select(int.Parse)];

    public static Transpose By(IEnumerable<int> order) => new(string.Join(',', order));

    internal override IEnumerable<OperatorAttribute> Attributes => [new("perm", Axes)];

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        var shape = inputs[0].Shape;
        return Axes.Order().SequenceEqual(Enumerable.Range(0, shape.Rank))
            ? (inputs[0].Type, [.. Axes.Select(axis => shape[axis])])
            : throw new GraphException($"({Order}) is no order of the axes of {inputs[0]}");
    }

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs)
    {
        if (Axes.SequenceEqual(Enumerable.Range(0, Axes.Length))) return inputs[0];
        return inputs[0].Operator is Transpose inner ? inputs[0].Inputs[0].Transpose([.. Axes.Select(axis => inner.Axes[axis])]) : null;
    }

    internal override TensorData? Fold(IReadOnlyList<TensorData> inputs)
    {
        var (data, axes) = (inputs[0], Axes);
        var sizes = axes.Select(axis => data.Dimensions[axis]).ToArray();
        var strides = axes.Select(axis => data.Dimensions.Skip(axis + 1).Aggregate(1L, (product, size) => product * size)).ToArray();
        var values = new double[data.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (rest, source) = ((long)i, 0L);
            for (var axis = axes.Length - 1; axis >= 0; axis--)
            {
                source += rest % sizes[axis] * strides[axis];
                rest /= sizes[axis];
            }

            values[i] = data[(int)source];
        }

        return TensorData.From(data.Type, values, sizes);
    }

    internal override Tensor Backward(Tensor node, Tensor adjoint, int input)
    {
        var axes = Axes;
        return Adjoints.WithRank(adjoint, axes.Length).Transpose([.. Enumerable.Range(0, axes.Length).Select(axis => Array.IndexOf(axes, axis))]);
    }
}

/// <summary>A new axis of size 1.</summary>
internal sealed record Unsqueeze(int Axis) : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) =>
        (inputs[0].Type, [.. inputs[0].Shape.Take(Axis), 1, .. inputs[0].Shape.Skip(Axis)]);

    internal override TensorData Fold(IReadOnlyList<TensorData> inputs) =>
        inputs[0].Reshape([.. inputs[0].Dimensions.Take(Axis), 1, .. inputs[0].Dimensions.Skip(Axis)]);

    internal override Tensor Backward(Tensor node, Tensor adjoint, int input) =>
        adjoint.Shape.Rank == 0 ? adjoint : Adjoints.WithRank(adjoint, node.Shape.Rank).Squeeze(Axis);
}

/// <summary>An axis of size 1 removed.</summary>
internal sealed record Squeeze(int Axis) : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        var shape = inputs[0].Shape;
        return shape[Axis].IsOne
            ? (inputs[0].Type, [.. shape.Take(Axis), .. shape.Skip(Axis + 1)])
            : throw new GraphException($"axis {Axis} of {inputs[0]} is not of size 1");
    }

    internal override TensorData Fold(IReadOnlyList<TensorData> inputs) =>
        inputs[0].Reshape([.. inputs[0].Dimensions.Take(Axis), .. inputs[0].Dimensions.Skip(Axis + 1)]);

    internal override Tensor Backward(Tensor node, Tensor adjoint, int input) =>
        adjoint.Shape.Rank == 0 ? adjoint : Adjoints.WithRank(adjoint, node.Shape.Rank).Unsqueeze(Axis);
}

/// <summary>A tensor repeated along its axes of size 1.</summary>
internal sealed record Expand(Shape Target) : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) =>
        Shape.Broadcast(inputs[0].Shape, Target).Equals(Target)
            ? (inputs[0].Type, Target)
            : throw new GraphException($"{inputs[0]} does not expand to {Target}");

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs) => inputs[0].Shape.Equals(Target) ? inputs[0] : null;

    internal override Tensor? Backward(Tensor node, Tensor adjoint, int input) => Adjoints.SumTo(adjoint, node, node.Inputs[0].Shape);
}

/// <summary>The numbers 0, 1, ... up to a limit, which is not reached.</summary>
internal sealed record Range(Dimension Size) : Operator
{
    internal override bool NamesAxis => true;

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (inputs[1].Type, [Size]);
}

/// <summary>The sizes of axes Start to End (exclusive), as integers.</summary>
internal sealed record ShapeOf(int Start, int End) : Operator
{
    public override string Type => "Shape";

    internal override IEnumerable<OperatorAttribute> Attributes => [new("start", (long)Start), new("end", (long)End)];

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (ElementType.Integer, [End - Start]);
}

/// <summary>Other axes for the same elements.</summary>
public static class Layout
{
    /// <summary>
    /// The same elements in other axes. Names multiply: [R, F, 8] reshapes to ["R*F", 8] and back, as long as one axis at most has to be
    /// worked out.
    /// </summary>
    public static Tensor Reshape(this Tensor x, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(shape);
        return Graph.Apply(new Reshape(shape), x, x.Graph.Integers(Operators.Reshape.Specification(x.Shape, shape)));
    }

    /// <summary>All axes but the last ones, which are of known size, as a single one of a given name.</summary>
    internal static Tensor MergeAxes(this Tensor x, Dimension merged, int kept)
    {
        var sizes = x.Shape.Skip(x.Shape.Rank - kept).Select(dimension => dimension.Size!.Value);
        return Graph.Apply(new MergeAxes(merged, kept), x, x.Graph.Integers([-1, .. sizes]));
    }

    /// <summary>All axes but the last ones, whatever their sizes, as a single one of a given name.</summary>
    internal static Tensor MergeRows(this Tensor x, Dimension merged, int kept = 1)
    {
        var last = Enumerable.Range(x.Shape.Rank - kept, kept).Select(axis => SizeOf(x, axis));
        return Graph.Apply(new MergeAxes(merged, kept), x, new[] { x.Graph.Integers(-1) }.Concat(last).ToArray().Concat(0));
    }

    /// <summary>Axes in another order: axis i of the result is axis order[i] of x.</summary>
    public static Tensor Transpose(this Tensor x, params int[] order) => Graph.Apply(Operators.Transpose.By(order), x);

    /// <summary>The last two axes exchanged: the transpose of each matrix.</summary>
    public static Tensor SwapLastAxes(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var rank = x.Shape.Rank;
        return x.Transpose([.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]);
    }

    /// <summary>A new axis of size 1 at a position.</summary>
    public static Tensor Unsqueeze(this Tensor x, int axis)
    {
        ArgumentNullException.ThrowIfNull(x);
        var position = axis < 0 ? axis + x.Shape.Rank + 1 : axis;
        return Graph.Apply(new Unsqueeze(position), x, x.Graph.Integers(position));
    }

    /// <summary>An axis of size 1 removed.</summary>
    public static Tensor Squeeze(this Tensor x, int axis)
    {
        ArgumentNullException.ThrowIfNull(x);
        var position = x.Shape.Axis(axis);
        return Graph.Apply(new Squeeze(position), x, x.Graph.Integers(position));
    }

    /// <summary>x repeated along its axes of size 1 to the shape of another tensor.</summary>
    public static Tensor ExpandAs(this Tensor x, Tensor other)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        return x.Shape.Equals(other.Shape) ? x : Graph.Apply(new Expand(other.Shape), x, Sizes(other));
    }

    /// <summary>The size of an axis as a real scalar.</summary>
    public static Tensor Length(this Tensor x, int axis)
    {
        ArgumentNullException.ThrowIfNull(x);
        var position = x.Shape.Axis(axis);
        return x.Shape[position].Size is { } size
            ? x.Graph.Constant(size)
            : SizeOf(x, position).Cast(ElementType.Real).Squeeze(0);
    }

    /// <summary>The size of an axis as a scalar integer.</summary>
    internal static Tensor Count(this Tensor x, int axis)
    {
        var position = x.Shape.Axis(axis);
        return x.Shape[position].Size is { } size ? x.Graph.Integer(size) : SizeOf(x, position).Squeeze(0);
    }

    /// <summary>The integers 0, 1, ... below a count, along an axis of a given name.</summary>
    internal static Tensor Indices(Tensor count, Dimension name) => Graph.Apply(new Range(name), count.Graph.Integer(0), count, count.Graph.Integer(1));

    /// <summary>The positions 0, 1, ... along an axis, as real numbers.</summary>
    public static Tensor Positions(this Tensor x, int axis)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Graph.Apply(new Range(x.Shape[x.Shape.Axis(axis)]), x.Graph.Constant(0), x.Length(axis), x.Graph.Constant(1));
    }

    /// <summary>All sizes of a tensor as a vector of integers.</summary>
    internal static Tensor Sizes(Tensor x)
    {
        var parts = x.Shape.Select((dimension, axis) => dimension.Size is { } size ? x.Graph.Integers(size) : SizeOf(x, axis)).ToArray();
        return x.Shape.Size is not null ? x.Graph.Integers([.. x.Shape.Select(dimension => dimension.Size!.Value)]) : parts.Concat(0);
    }

    // A named size is read off a graph input that has it, so that x itself need not be computed.
    private static Tensor SizeOf(Tensor x, int axis)
    {
        var name = x.Shape[axis];
        var (source, position) = x.Graph.Inputs
            .SelectMany(port => port.Tensor.Shape.Select((dimension, i) => (port.Tensor, Axis: i, Dimension: dimension)))
            .Where(candidate => candidate.Dimension == name)
            .Select(candidate => (candidate.Tensor, candidate.Axis))
            .DefaultIfEmpty((x, axis))
            .First();
        return Graph.Apply(new ShapeOf(position, position + 1), source);
    }
}
