using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

/// <summary>A function of each element.</summary>
internal abstract record UnaryOperator : Operator
{
    /// <summary>The derivative at x, given y = f(x).</summary>
    protected abstract Tensor Derivative(Tensor x, Tensor y);

    /// <summary>f(x) of one element, for constant folding; NaN where folding is left to the host.</summary>
    protected abstract double Value(double x);

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (Expect.Real(inputs[0]), inputs[0].Shape);

    internal override Tensor Backward(Tensor node, Tensor adjoint, int input) => adjoint * Derivative(node.Inputs[0], node);

    internal override TensorData? Fold(IReadOnlyList<TensorData> inputs)
    {
        var values = new double[inputs[0].Length];
        for (var i = 0; i < values.Length; i++) values[i] = Value(inputs[0][i]);
        return Array.Exists(values, double.IsNaN) ? null : TensorData.From(inputs[0].Type, values, [.. inputs[0].Dimensions]);
    }
}

/// <summary>A function of pairs of elements, with broadcasting.</summary>
internal abstract record BinaryOperator : Operator
{
    /// <summary>The adjoint of one input before it is summed over broadcast axes.</summary>
    protected abstract Tensor Partial(Tensor node, Tensor adjoint, int input);

    /// <summary>f(a, b) of one pair, for constant folding.</summary>
    protected abstract double Value(double a, double b);

    /// <summary>The result's type from the inputs' types.</summary>
    protected virtual ElementType ResultType(Tensor a, Tensor b) => Expect.Same(a, b);

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) =>
        (ResultType(inputs[0], inputs[1]), Shape.Broadcast(inputs[0].Shape, inputs[1].Shape));

    internal override Tensor? Backward(Tensor node, Tensor adjoint, int input) =>
        Adjoints.SumTo(Partial(node, adjoint, input), node, node.Inputs[input].Shape);

    internal override TensorData? Fold(IReadOnlyList<TensorData> inputs)
    {
        var (a, b) = (inputs[0], inputs[1]);
        if (a.Length != 1 && b.Length != 1 && !a.Dimensions.SequenceEqual(b.Dimensions)) return null;
        var dimensions = Shape.Broadcast(a.Shape, b.Shape).Select(dimension => dimension.Size!.Value).ToArray();
        var values = new double[Math.Max(a.Length, b.Length)];
        for (var i = 0; i < values.Length; i++) values[i] = Value(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]);
        return TensorData.From(ResultType(a.Type, b.Type), values, dimensions);
    }

    /// <summary>The result's type from the inputs' types.</summary>
    protected virtual ElementType ResultType(ElementType a, ElementType b) => a;
}

/// <summary>What operators require of their inputs.</summary>
internal static class Expect
{
    /// <summary>Real numbers, of the graph's precision or in double precision.</summary>
    public static ElementType Real(Tensor x) => x.Type == ElementType.Double ? ElementType.Double : Typed(x, ElementType.Real);

    public static ElementType Typed(Tensor x, ElementType type) =>
        x.Type == type ? type : throw new GraphException($"{x.Name} holds {x.Type} elements, but {type} ones are needed");

    public static ElementType Same(Tensor a, Tensor b) =>
        a.Type == b.Type ? a.Type : throw new GraphException($"{a.Name} holds {a.Type} elements, but {b.Name} holds {b.Type} ones");

    public static void Rank(Tensor x, int rank)
    {
        if (x.Shape.Rank != rank) throw new GraphException($"{x} has {x.Shape.Rank} axes, but {rank} are needed");
    }

    public static Dimension Same(Dimension a, Dimension b, string what) =>
        a == b ? a : throw new GraphException($"{what} {a} and {b} differ");
}
