using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

/// <summary>
/// Keeps numeric factors outside of products, quotients and sums, where they meet and cancel: c1 a * c2 b = (c1 c2)(a * b), c a + c b = c(a + b),
/// a + a = 2a, a/c + b/c = (a + b)/c. A scaled tensor is Mul(x, constant), or Neg(x).
/// </summary>
internal static class Scaling
{
    /// <summary>The numeric factor of a tensor and what it multiplies.</summary>
    public static (double Factor, Tensor Base) Split(Tensor x) => x.Operator switch
    {
        Mul when x.Inputs[1].ScalarValue is { } factor => (factor, x.Inputs[0]),
        Neg => (-1, x.Inputs[0]),
        _ => (1, x),
    };

    /// <summary>factor * x.</summary>
    public static Tensor Scale(double factor, Tensor x)
    {
        var (inner, @base) = Split(x);
        var total = factor * inner;
        return total switch
        {
            1 => @base,
            -1 => -@base,
            _ => Graph.Apply(new Mul(), @base, x.Graph.Constant(total)),
        };
    }

    /// <summary>-x, or null when it is a new node.</summary>
    public static Tensor? Negate(Tensor x) => x.Operator switch
    {
        Sub => Graph.Apply(new Sub(), x.Inputs[1], x.Inputs[0]),
        _ => Split(x) is (not 1, _) ? Scale(-1, x) : null,
    };

    /// <summary>a * b, or null when it is a new node.</summary>
    public static Tensor? Product(Tensor a, Tensor b)
    {
        if (a.Type != ElementType.Real) return null;
        if (b.ScalarValue is { } factor) return factor is 1 or -1 || Split(a).Factor != 1 ? Scale(factor, a) : null;
        if (a.ScalarValue is not null) return b * a;
        var ((left, x), (right, y)) = (SplitFull(a, b), SplitFull(b, a));
        return left == 1 && right == 1 ? null : Scale(left * right, x * y);
    }

    /// <summary>a / b, or null when it is a new node.</summary>
    public static Tensor? Quotient(Tensor a, Tensor b)
    {
        if (b.ScalarValue is { } divisor && divisor != 0) return Scale(1 / divisor, a);
        if (a.ScalarValue is not null) return null;
        var ((left, x), (right, y)) = (SplitFull(a, b), SplitFull(b, a));
        return left == 1 && right == 1 ? null : Scale(left / right, x / y);
    }

    /// <summary>a + sign * b, or null when it is a new node.</summary>
    public static Tensor? Sum(Tensor a, Tensor b, double sign)
    {
        if (a.Type != ElementType.Real) return null;
        if (b.ScalarValue == 0) return a;
        if (a.ScalarValue == 0) return sign > 0 ? b : -b;
        var ((left, x), (inner, y)) = (Split(a), Split(b));
        var right = sign * inner;
        if (x == y) return Scale(left + right, x);
        if (Denominator(x) is { } denominator && denominator == Denominator(y) && Math.Abs(left) == Math.Abs(right))
        {
            return Scale(left, Plus(x.Inputs[0], y.Inputs[0], right / left) / denominator);
        }

        if (left == right && left != 1) return Scale(left, x + y);
        if (left == -right && left != 1) return left == -1 ? y - x : Scale(left, x - y);
        if (inner == -1) return Plus(a, y, -sign);
        return left == -1 && sign > 0 ? b - x : null;
    }

    private static Tensor Plus(Tensor a, Tensor b, double sign) => sign > 0 ? a + b : a - b;

    private static Tensor? Denominator(Tensor x) => x.Operator is Div ? x.Inputs[1] : null;

    // A factor is pulled out of an operand that broadcasts only when that does not enlarge what it multiplies.
    private static (double Factor, Tensor Base) SplitFull(Tensor x, Tensor other) =>
        Shape.Broadcast(x.Shape, other.Shape).Equals(x.Shape) ? Split(x) : (1, x);
}
