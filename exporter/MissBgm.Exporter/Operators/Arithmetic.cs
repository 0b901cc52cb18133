using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

internal sealed record Add : BinaryOperator
{
    protected override double Value(double a, double b) => a + b;

    protected override Tensor Partial(Tensor node, Tensor adjoint, int input) => adjoint;

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs) => Scaling.Sum(inputs[0], inputs[1], 1);
}

internal sealed record Sub : BinaryOperator
{
    protected override double Value(double a, double b) => a - b;

    protected override Tensor Partial(Tensor node, Tensor adjoint, int input) => input == 0 ? adjoint : -adjoint;

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs) => Scaling.Sum(inputs[0], inputs[1], -1);
}

internal sealed record Neg : UnaryOperator
{
    protected override double Value(double x) => -x;

    protected override Tensor Derivative(Tensor x, Tensor y) => x.Graph.Constant(-1);

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs) => Scaling.Negate(inputs[0]);
}

internal sealed record Mul : BinaryOperator
{
    protected override double Value(double a, double b) => a * b;

    protected override Tensor Partial(Tensor node, Tensor adjoint, int input) => adjoint * node.Inputs[1 - input];

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs) => Scaling.Product(inputs[0], inputs[1]);
}

internal sealed record Div : BinaryOperator
{
    protected override double Value(double a, double b) => a / b;

    // d(a/b)/db = -(a/b)/b.
    protected override Tensor Partial(Tensor node, Tensor adjoint, int input) =>
        input == 0 ? adjoint / node.Inputs[1] : -(adjoint * node / node.Inputs[1]);

    internal override Tensor? Simplify(IReadOnlyList<Tensor> inputs) => Scaling.Quotient(inputs[0], inputs[1]);
}

internal sealed record Pow : BinaryOperator
{
    protected override double Value(double a, double b) => Math.Pow(a, b);

    protected override Tensor Partial(Tensor node, Tensor adjoint, int input)
    {
        var (a, b) = (node.Inputs[0], node.Inputs[1]);
        return input == 0 ? adjoint * b * a.Pow(b - 1) : adjoint * node * a.Log();
    }
}

internal sealed record Max : BinaryOperator
{
    protected override double Value(double a, double b) => Math.Max(a, b);

    // Where the two are equal, the second one counts as the larger.
    protected override Tensor Partial(Tensor node, Tensor adjoint, int input) =>
        Extremum.Pass(node.Inputs[0].Greater(node.Inputs[1]), adjoint, first: input == 0);
}

internal sealed record Min : BinaryOperator
{
    protected override double Value(double a, double b) => Math.Min(a, b);

    protected override Tensor Partial(Tensor node, Tensor adjoint, int input) =>
        Extremum.Pass(node.Inputs[0].Less(node.Inputs[1]), adjoint, first: input == 0);
}

/// <summary>The shared part of the rules of <see cref="Max"/> and <see cref="Min"/>.</summary>
internal static class Extremum
{
    public static Tensor Pass(Tensor firstWins, Tensor adjoint, bool first)
    {
        var zero = adjoint.Graph.Constant(0);
        return first ? firstWins.Where(adjoint, zero) : firstWins.Where(zero, adjoint);
    }
}

/// <summary>The four basic operations as C# operators, powers and extrema.</summary>
public static class ArithmeticFunctions
{
    /// <param name="x">A tensor.</param>
    extension(Tensor x)
    {
        /// <summary>Sum.</summary>
        public static Tensor operator +(Tensor a, Tensor b) => Graph.Apply(new Add(), a, b);

        /// <summary>Sum with a number.</summary>
        public static Tensor operator +(Tensor a, double b) => a + Like(a, b);

        /// <summary>Sum with a number.</summary>
        public static Tensor operator +(double a, Tensor b) => b + a;

        /// <summary>Difference.</summary>
        public static Tensor operator -(Tensor a, Tensor b) => Graph.Apply(new Sub(), a, b);

        /// <summary>Difference with a number.</summary>
        public static Tensor operator -(Tensor a, double b) => a - Like(a, b);

        /// <summary>Difference with a number.</summary>
        public static Tensor operator -(double a, Tensor b) => Like(b, a) - b;

        /// <summary>Negative.</summary>
        public static Tensor operator -(Tensor a) => Graph.Apply(new Neg(), a);

        /// <summary>Elementwise product.</summary>
        public static Tensor operator *(Tensor a, Tensor b) => Graph.Apply(new Mul(), a, b);

        /// <summary>Product with a number.</summary>
        public static Tensor operator *(Tensor a, double b) => a * Like(a, b);

        /// <summary>Product with a number.</summary>
        public static Tensor operator *(double a, Tensor b) => b * a;

        /// <summary>Elementwise quotient.</summary>
        public static Tensor operator /(Tensor a, Tensor b) => Graph.Apply(new Div(), a, b);

        /// <summary>Quotient with a number.</summary>
        public static Tensor operator /(Tensor a, double b) => a / Like(a, b);

        /// <summary>Quotient with a number.</summary>
        public static Tensor operator /(double a, Tensor b) => Like(b, a) / b;
    }

    /// <summary>A number as a scalar of a tensor's type.</summary>
    internal static Tensor Like(Tensor x, double value) => x.Graph.Scalar(x.Type, value);

    /// <summary>x squared.</summary>
    public static Tensor Square(this Tensor x) => x * x;

    /// <summary>x raised to a power, elementwise.</summary>
    public static Tensor Pow(this Tensor x, Tensor exponent) => Graph.Apply(new Pow(), x, exponent);

    /// <summary>x raised to a power.</summary>
    public static Tensor Pow(this Tensor x, double exponent) => x.Pow(Like(x, exponent));

    /// <summary>The larger of two, elementwise.</summary>
    public static Tensor Max(this Tensor x, Tensor other) => Graph.Apply(new Max(), x, other);

    /// <summary>The larger of x and a number.</summary>
    public static Tensor Max(this Tensor x, double other) => x.Max(Like(x, other));

    /// <summary>The smaller of two, elementwise.</summary>
    public static Tensor Min(this Tensor x, Tensor other) => Graph.Apply(new Min(), x, other);

    /// <summary>The smaller of x and a number.</summary>
    public static Tensor Min(this Tensor x, double other) => x.Min(Like(x, other));
}
