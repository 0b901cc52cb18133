using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

/// <summary>A comparison: no derivative flows through it.</summary>
internal abstract record Comparison : BinaryOperator
{
    protected override ElementType ResultType(Tensor a, Tensor b)
    {
        Expect.Same(a, b);
        return ElementType.Boolean;
    }

    protected override ElementType ResultType(ElementType a, ElementType b) => ElementType.Boolean;

    protected override Tensor Partial(Tensor node, Tensor adjoint, int input) => throw new GraphException($"{node.Describe()}: a comparison has no derivative");
}

internal sealed record Greater : Comparison
{
    protected override double Value(double a, double b) => a > b ? 1 : 0;
}

internal sealed record Less : Comparison
{
    protected override double Value(double a, double b) => a < b ? 1 : 0;
}

internal sealed record Equal : Comparison
{
    protected override double Value(double a, double b) => a == b ? 1 : 0;
}

internal sealed record And : BinaryOperator
{
    protected override ElementType ResultType(Tensor a, Tensor b) => Expect.Typed(b, Expect.Typed(a, ElementType.Boolean));

    protected override double Value(double a, double b) => a * b;

    protected override Tensor Partial(Tensor node, Tensor adjoint, int input) =>
        throw new GraphException($"{node.Describe()}: a conjunction has no derivative");
}

internal sealed record Not : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) =>
        (Expect.Typed(inputs[0], ElementType.Boolean), inputs[0].Shape);
}

internal sealed record IsNaN : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        Expect.Real(inputs[0]);
        return (ElementType.Boolean, inputs[0].Shape);
    }

    // ONNX Runtime in the browser has it for single precision alone, and equality of whole numbers: what is neither below 1 nor above 0 is no number.
    internal override Tensor? Lowered(IReadOnlyList<Tensor> inputs, Precision precision) =>
        inputs[0].Type == ElementType.Double ? inputs[0].Less(1).Not().And(inputs[0].Greater(0).Not()) : null;
}

internal sealed record Where : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        Expect.Typed(inputs[0], ElementType.Boolean);
        return (Expect.Same(inputs[1], inputs[2]), Shape.Broadcast(inputs[0].Shape, Shape.Broadcast(inputs[1].Shape, inputs[2].Shape)));
    }

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs) =>
        inputs[1] == inputs[2] && Shape.Broadcast(inputs[0].Shape, inputs[1].Shape).Equals(inputs[1].Shape) ? inputs[1] : null;

    internal override Tensor? Backward(Tensor node, Tensor adjoint, int input)
    {
        var zero = node.Graph.Constant(0);
        var passed = input == 1 ? node.Inputs[0].Where(adjoint, zero) : node.Inputs[0].Where(zero, adjoint);
        return Adjoints.SumTo(passed, node, node.Inputs[input].Shape);
    }
}

/// <summary>
/// x, but no less than one bound and no more than another. No derivative flows through it: it serves where the bounds are nearly all there
/// is.
/// </summary>
internal sealed record Clip : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (Expect.Real(inputs[0]), inputs[0].Shape);

    internal override Tensor? Backward(Tensor node, Tensor adjoint, int input) => null;
}

internal sealed record Cast(ElementType To) : Operator
{
    internal override IEnumerable<OperatorAttribute> Attributes => [new("to", To)];

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (To, inputs[0].Shape);

    internal override TensorData Fold(IReadOnlyList<TensorData> inputs) =>
        TensorData.From(To, [.. Enumerable.Range(0, inputs[0].Length).Select(i => inputs[0][i])], [.. inputs[0].Dimensions]);
}

/// <summary>The same value, through which no derivative flows.</summary>
internal sealed record StopGradient : Operator
{
    public override string Type => "Identity";

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (inputs[0].Type, inputs[0].Shape);

    internal override Tensor? Backward(Tensor node, Tensor adjoint, int input) => null;
}

/// <summary>Comparisons and choices.</summary>
public static class SelectionFunctions
{
    /// <summary>Where x is greater than another.</summary>
    public static Tensor Greater(this Tensor x, Tensor other) => Graph.Apply(new Greater(), x, other);

    /// <summary>Where x is greater than a number.</summary>
    public static Tensor Greater(this Tensor x, double other) => x.Greater(ArithmeticFunctions.Like(x, other));

    /// <summary>Where x is less than another.</summary>
    public static Tensor Less(this Tensor x, Tensor other) => Graph.Apply(new Less(), x, other);

    /// <summary>Where x is less than a number.</summary>
    public static Tensor Less(this Tensor x, double other) => x.Less(ArithmeticFunctions.Like(x, other));

    /// <summary>Where the two are equal.</summary>
    internal static Tensor EqualTo(this Tensor x, Tensor other) => Graph.Apply(new Equal(), x, other);

    /// <summary>Both.</summary>
    public static Tensor And(this Tensor x, Tensor other) => Graph.Apply(new And(), x, other);

    /// <summary>The opposite.</summary>
    public static Tensor Not(this Tensor x) => Graph.Apply(new Not(), x);

    /// <summary>Where x is not a number.</summary>
    public static Tensor IsNaN(this Tensor x) => Graph.Apply(new IsNaN(), x);

    /// <summary>The first where the condition holds, the second elsewhere. Derivatives flow to the chosen one only.</summary>
    public static Tensor Where(this Tensor condition, Tensor whenTrue, Tensor whenFalse) => Graph.Apply(new Where(), condition, whenTrue, whenFalse);

    /// <summary>One of two numbers by the condition.</summary>
    public static Tensor Where(this Tensor condition, double whenTrue, double whenFalse) =>
        condition.Where(condition.Graph.Constant(whenTrue), condition.Graph.Constant(whenFalse));

    /// <summary>x between two bounds; no derivative flows through it.</summary>
    internal static Tensor Clip(this Tensor x, double lowest, double highest) =>
        Graph.Apply(new Clip(), x, ArithmeticFunctions.Like(x, lowest), ArithmeticFunctions.Like(x, highest));

    /// <summary>
    /// x as a given quantity: derivatives do not see what it was computed from. A conditional density is differentiated with its condition
    /// held.
    /// </summary>
    public static Tensor Held(this Tensor x) => Graph.Apply(new StopGradient(), x);

    /// <summary>Another element type; truth values become 0 and 1.</summary>
    public static Tensor Cast(this Tensor x, ElementType type) => x.Type == type ? x : Graph.Apply(new Cast(type), x);
}
