using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

/// <summary>op(A) op(B) + C for matrices; C may be left out.</summary>
internal sealed record Gemm(bool TransposeA, bool TransposeB) : Operator
{
    internal override IEnumerable<OperatorAttribute> Attributes
    {
        get
        {
            if (TransposeA) yield return new OperatorAttribute("transA", 1L);
            if (TransposeB) yield return new OperatorAttribute("transB", 1L);
        }
    }

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        foreach (var input in inputs) Expect.Real(input);
        var (a, b) = (inputs[0], inputs[1]);
        Expect.Rank(a, 2);
        Expect.Rank(b, 2);
        Expect.Same(a.Shape[TransposeA ? 0 : 1], b.Shape[TransposeB ? 1 : 0], "inner dimensions");
        Shape result = [a.Shape[TransposeA ? 1 : 0], b.Shape[TransposeB ? 0 : 1]];
        if (inputs.Count == 3 && !Shape.Broadcast(inputs[2].Shape, result).Equals(result))
        {
            throw new GraphException($"the addend {inputs[2]} does not broadcast to {result}");
        }

        return (ElementType.Real, result);
    }

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count == 3) return null;
        var ((left, a), (right, b)) = (Scaling.Split(inputs[0]), Scaling.Split(inputs[1]));
        return left == 1 && right == 1 ? null : Scaling.Scale(left * right, Graph.Apply(this, a, b));
    }

    internal override Tensor? Backward(Tensor node, Tensor adjoint, int input)
    {
        if (input == 2) return Adjoints.SumTo(adjoint, node, node.Inputs[2].Shape);
        // An adjoint that is the same for all rows stays a single row.
        var sameRows = input == 0 && !TransposeA && adjoint.Shape.Rank == 2 && adjoint.Shape[0].IsOne && adjoint.Shape[1] == node.Shape[1];
        var (a, b, g) = (node.Inputs[0], node.Inputs[1], sameRows ? adjoint : Adjoints.Materialize(adjoint, node.Shape, node));
        return (input, TransposeA, TransposeB) switch
        {
            (0, false, _) => Graph.Apply(new Gemm(false, !TransposeB), g, b),
            (0, true, _) => Graph.Apply(new Gemm(TransposeB, true), b, g),
            (_, _, false) => Graph.Apply(new Gemm(!TransposeA, false), a, g),
            _ => Graph.Apply(new Gemm(true, TransposeA), g, a),
        };
    }
}

/// <summary>The matrix product over the last two axes, batched over the others with broadcasting.</summary>
internal sealed record MatMul : Operator
{
    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        var (a, b) = (inputs[0], inputs[1]);
        Expect.Real(a);
        Expect.Real(b);
        if (a.Shape.Rank < 2 || b.Shape.Rank < 2) throw new GraphException($"{a} and {b} need at least two axes each");
        Expect.Same(a.Shape[^1], b.Shape[^2], "inner dimensions");
        var batch = Shape.Broadcast([.. a.Shape.SkipLast(2)], [.. b.Shape.SkipLast(2)]);
        return (Expect.Same(a, b), [.. batch, a.Shape[^2], b.Shape[^1]]);
    }

    internal override Tensor? Backward(Tensor node, Tensor adjoint, int input)
    {
        var (a, b, g) = (node.Inputs[0], node.Inputs[1], Adjoints.Materialize(adjoint, node.Shape, node));
        var full = input == 0 ? g.MatMul(b.SwapLastAxes()) : a.SwapLastAxes().MatMul(g);
        return Adjoints.SumTo(full, full, node.Inputs[input].Shape);
    }
}

/// <summary>Matrix products.</summary>
public static class LinearAlgebraFunctions
{
    /// <summary>A dense layer, x W + b.</summary>
    /// <param name="x">[N, inputs].</param>
    /// <param name="kernel">[inputs, outputs].</param>
    /// <param name="bias">[outputs].</param>
    public static Tensor Dense(this Tensor x, Tensor kernel, Tensor bias) => Graph.Apply(new Gemm(false, false), x, kernel, bias);

    /// <summary>The matrix product over the last two axes, batched over the others with broadcasting.</summary>
    public static Tensor MatMul(this Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return a.Shape.Rank == 2 && b.Shape.Rank == 2 ? Graph.Apply(new Gemm(false, false), a, b) : Graph.Apply(new MatMul(), a, b);
    }

    /// <summary>The general matrix product op(a) op(b) + addend, where op transposes on request.</summary>
    public static Tensor Gemm(this Tensor a, Tensor b, Tensor? addend = null, bool transposeA = false, bool transposeB = false) =>
        addend is null ? Graph.Apply(new Gemm(transposeA, transposeB), a, b) : Graph.Apply(new Gemm(transposeA, transposeB), a, b, addend);
}
