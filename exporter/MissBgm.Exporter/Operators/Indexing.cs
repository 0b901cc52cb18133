using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

/// <summary>Tensors joined along an axis of known sizes.</summary>
internal sealed record Concat(int Axis) : Operator
{
    internal override IEnumerable<OperatorAttribute> Attributes => [new("axis", (long)Axis)];

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        var first = inputs[0];
        var total = 0L;
        foreach (var input in inputs)
        {
            Expect.Same(first, input);
            Expect.Rank(input, first.Shape.Rank);
            total += input.Shape[Axis].Size ?? throw new GraphException($"axis {Axis} of {input} is not of known size");
            if (!input.Shape.With(Axis, 1).Equals(first.Shape.With(Axis, 1))) throw new GraphException($"{first} and {input} differ in other axes than {Axis}");
        }

        return (first.Type, first.Shape.With(Axis, total));
    }

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs) => inputs.Count == 1 ? inputs[0] : null;

    internal override Tensor Backward(Tensor node, Tensor adjoint, int input)
    {
        var start = node.Inputs.Take(input).Sum(part => part.Shape[Axis].Size!.Value);
        var ranked = Adjoints.WithRank(adjoint, node.Shape.Rank);
        return ranked.Shape[Axis].IsOne && !node.Shape[Axis].IsOne ? ranked : ranked.Slice(Axis, start, start + node.Inputs[input].Shape[Axis].Size!.Value);
    }
}

/// <summary>Positions Start to End (exclusive) of an axis of known size.</summary>
internal sealed record Slice(int Axis, long Start, long End) : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        var shape = inputs[0].Shape;
        return shape[Axis].Size is { } size && Start >= 0 && Start < End && End <= size
            ? (inputs[0].Type, shape.With(Axis, End - Start))
            : throw new GraphException($"positions {Start} to {End} do not lie in axis {Axis} of {inputs[0]}");
    }

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs) => Start == 0 && inputs[0].Shape[Axis].Size == End ? inputs[0] : null;

    internal override Tensor Backward(Tensor node, Tensor adjoint, int input)
    {
        var full = Adjoints.Materialize(adjoint, Adjoints.WithRank(adjoint, node.Shape.Rank).Shape.With(Axis, node.Shape[Axis]), node);
        return full.Pad(Axis, Start, node.Inputs[0].Shape[Axis].Size!.Value - End);
    }
}

/// <summary>Zeros before and after an axis of known size.</summary>
internal sealed record Pad(int Axis, long Before, long After) : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        var shape = inputs[0].Shape;
        var size = shape[Axis].Size ?? throw new GraphException($"axis {Axis} of {inputs[0]} is not of known size");
        return (Expect.Real(inputs[0]), shape.With(Axis, Before + size + After));
    }

    internal override Tensor Backward(Tensor node, Tensor adjoint, int input)
    {
        var ranked = Adjoints.WithRank(adjoint, node.Shape.Rank);
        return ranked.Shape[Axis].IsOne ? ranked : ranked.Slice(Axis, Before, node.Shape[Axis].Size!.Value - After);
    }
}

/// <summary>Entries of an axis by index.</summary>
internal sealed record Gather(int Axis) : Operator
{
    internal override IEnumerable<OperatorAttribute> Attributes => [new("axis", (long)Axis)];

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        var (shape, indices) = (inputs[0].Shape, inputs[1]);
        Expect.Typed(indices, ElementType.Integer);
        if (indices.Data is { } data && shape[Axis].Size is { } size && data.AsIntegers().Any(index => index < 0 || index >= size))
        {
            throw new GraphException($"an index in {indices} lies outside axis {Axis} of {inputs[0]}");
        }

        return (inputs[0].Type, [.. shape.Take(Axis), .. indices.Shape, .. shape.Skip(Axis + 1)]);
    }

    internal override Tensor? Backward(Tensor node, Tensor adjoint, int input)
    {
        if (input == 1) return null;
        var (source, indices) = (node.Inputs[0], node.Inputs[1]);
        if (indices.Shape.Rank > 1) throw new GraphException($"{node.Describe()}: no derivative where the indices {indices} have more than one axis");
        var size = source.Shape[Axis].Size ?? throw new GraphException($"{node.Describe()}: no derivative along axis {Axis} of unknown size");
        var chosen = indices.OneHot(size);
        if (indices.Shape.Rank == 0)
        {
            var spread = chosen.Reshape([.. Enumerable.Repeat((Dimension)1, Axis), size, .. Enumerable.Repeat((Dimension)1, source.Shape.Rank - Axis - 1)]);
            return (adjoint.Shape.Rank == 0 ? adjoint : Adjoints.WithRank(adjoint, node.Shape.Rank).Unsqueeze(Axis)) * spread;
        }

        // Repeated indices add up: with the axis last, adjoint [..., k] times one-hot [k, size].
        var (full, rank) = (Adjoints.Materialize(adjoint, node.Shape, node), source.Shape.Rank);
        if (rank == 1) return full.Unsqueeze(0).MatMul(chosen).Squeeze(0);
        int[] toLast = [.. Enumerable.Range(0, rank).Where(axis => axis != Axis), Axis];
        var summed = full.Transpose(toLast).MatMul(chosen);
        return summed.Transpose([.. Enumerable.Range(0, rank).Select(axis => Array.IndexOf(toLast, axis))]);
    }
}

/// <summary>1 at each index, 0 elsewhere, along a new last axis.</summary>
internal sealed record OneHot(long Size) : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        Expect.Typed(inputs[0], ElementType.Integer);
        return (ElementType.Real, [.. inputs[0].Shape, Size]);
    }

    internal override Tensor? Backward(Tensor node, Tensor adjoint, int input) => null;

    internal override TensorData Fold(IReadOnlyList<TensorData> inputs)
    {
        var values = new double[inputs[0].Length * Size];
        for (var i = 0; i < inputs[0].Length; i++) values[i * Size + (long)inputs[0][i]] = 1;
        return TensorData.Real(values, [.. inputs[0].Dimensions, Size]);
    }
}

/// <summary>Parts of tensors.</summary>
public static class Indexing
{
    /// <summary>Tensors joined along an axis of known sizes.</summary>
    public static Tensor Concat(this IReadOnlyList<Tensor> parts, int axis)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return Graph.Apply(new Concat(parts[0].Shape.Axis(axis)), [.. parts]);
    }

    /// <summary>Positions start to end (exclusive) of an axis of known size.</summary>
    public static Tensor Slice(this Tensor x, int axis, long start, long end)
    {
        ArgumentNullException.ThrowIfNull(x);
        var position = x.Shape.Axis(axis);
        return Graph.Apply(new Slice(position, start, end), x, x.Graph.Integers(start), x.Graph.Integers(end), x.Graph.Integers(position));
    }

    /// <summary>Zeros put before and after an axis of known size.</summary>
    public static Tensor Pad(this Tensor x, int axis, long before, long after)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (position, rank) = (x.Shape.Axis(axis), x.Shape.Rank);
        var pads = new long[2 * rank];
        (pads[position], pads[rank + position]) = (before, after);
        return before == 0 && after == 0 ? x : Graph.Apply(new Pad(position, before, after), x, x.Graph.Integers(pads));
    }

    /// <summary>Entries of an axis by index; the indices' axes take its place, so that a scalar index drops it.</summary>
    public static Tensor Gather(this Tensor x, Tensor indices, int axis)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Graph.Apply(new Gather(x.Shape.Axis(axis)), x, indices);
    }

    /// <summary>1 at each index, 0 elsewhere, along a new last axis.</summary>
    public static Tensor OneHot(this Tensor indices, long size)
    {
        ArgumentNullException.ThrowIfNull(indices);
        var graph = indices.Graph;
        return Graph.Apply(new OneHot(size), indices, graph.Integer(size), graph.Constant(new double[] { 0, 1 }, [2]));
    }
}
