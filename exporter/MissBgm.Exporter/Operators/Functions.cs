using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

internal sealed record Exp : UnaryOperator
{
    protected override double Value(double x) => Math.Exp(x);

    protected override Tensor Derivative(Tensor x, Tensor y) => y;
}

internal sealed record Log : UnaryOperator
{
    protected override double Value(double x) => Math.Log(x);

    protected override Tensor Derivative(Tensor x, Tensor y) => 1 / x;
}

internal sealed record Sqrt : UnaryOperator
{
    protected override double Value(double x) => Math.Sqrt(x);

    protected override Tensor Derivative(Tensor x, Tensor y) => 0.5 / y;
}

internal sealed record Abs : UnaryOperator
{
    protected override double Value(double x) => Math.Abs(x);

    protected override Tensor Derivative(Tensor x, Tensor y) => x.Sign();
}

internal sealed record Sign : UnaryOperator
{
    protected override double Value(double x) => Math.Sign(x);

    protected override Tensor Derivative(Tensor x, Tensor y) => x.Graph.Constant(0);
}

/// <summary>The nearest whole number, halves to the even one. No derivative flows through it.</summary>
internal sealed record Round : UnaryOperator
{
    protected override double Value(double x) => Math.Round(x);

    protected override Tensor Derivative(Tensor x, Tensor y) => x.Graph.Constant(0);
}

internal sealed record Sigmoid : UnaryOperator
{
    protected override double Value(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    protected override Tensor Derivative(Tensor x, Tensor y) => y * (1 - y);
}

internal sealed record Tanh : UnaryOperator
{
    protected override double Value(double x) => Math.Tanh(x);

    protected override Tensor Derivative(Tensor x, Tensor y) => 1 - y.Square();
}

internal sealed record Sin : UnaryOperator
{
    protected override double Value(double x) => Math.Sin(x);

    protected override Tensor Derivative(Tensor x, Tensor y) => x.Cos();
}

internal sealed record Cos : UnaryOperator
{
    protected override double Value(double x) => Math.Cos(x);

    protected override Tensor Derivative(Tensor x, Tensor y) => -x.Sin();
}

internal sealed record Softplus : UnaryOperator
{
    protected override double Value(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    // The sigmoid as e^(x - log(1 + e^x)): ONNX Runtime's Sigmoid is right to 4e-8 absolutely, which at x = -12 is 1 % of its value.
    protected override Tensor Derivative(Tensor x, Tensor y) => (x - y).Exp();

    // log(1 + e^x) = max(x, 0) + log(1 + e), e = e^-|x|: no overflow. With u = 1 + e as rounded, log(1 + e) = log u - ((u - 1) - e) / u to the last bits,
    // however small e is. Ten passes of vector code take a third of the time of ONNX Runtime's Softplus, which goes element by element.
    internal override Tensor Lowered(IReadOnlyList<Tensor> inputs, Precision precision)
    {
        var e = (-inputs[0].Abs()).Exp();
        var u = e + 1;
        return inputs[0].Max(0) + (u.Log() - (u - 1 - e) / u);
    }
}

internal sealed record LeakyRelu(double Slope) : UnaryOperator
{
    internal override IEnumerable<OperatorAttribute> Attributes => [new("alpha", Slope)];

    protected override double Value(double x) => x > 0 ? x : Slope * x;

    // From the result, which has its argument's sign: an argument that nothing else needs is a product that ONNX Runtime can fuse with this. A value
    // blown up and clipped is the slope below zero and 1 above, at half the price of comparing and choosing.
    protected override Tensor Derivative(Tensor x, Tensor y) => Slope is > 0 and < 1 ? (y * 1e38).Clip(Slope, 1) : x.Greater(0).Where(1, Slope);

    internal override Tensor? Lowered(IReadOnlyList<Tensor> inputs, Precision precision) =>
        precision == Precision.Double ? inputs[0].Greater(0).Where(inputs[0], inputs[0] * Slope) : null;
}

internal sealed record Erf : UnaryOperator
{
    // Constants are not folded: .NET has no error function.
    protected override double Value(double x) => double.NaN;

    protected override Tensor Derivative(Tensor x, Tensor y) => 2 / Math.Sqrt(Math.PI) * (-x.Square()).Exp();

    // erf x = 2 / sqrt(pi) e^-x^2 x (1 + t/3 (1 + t/5 (1 + t/7 (...)))), t = 2 x^2 (Abramowitz and Stegun 7.1.6): all terms positive, so no
    // cancellation. Beyond |x| = 6 the result is 1 to the last bit, and up to there 150 terms suffice.
    internal override Tensor? Lowered(IReadOnlyList<Tensor> inputs, Precision precision)
    {
        if (precision != Precision.Double) return null;
        var x = inputs[0].Max(-6).Min(6);
        var t = 2 * x.Square();
        var series = x.Graph.Constant(1);
        for (var n = 150; n > 0; n--) series = 1 + t * series / (2 * n + 1);
        return 2 / Math.Sqrt(Math.PI) * (-x.Square()).Exp() * x * series;
    }
}

/// <summary>Functions of each element.</summary>
public static class Functions
{
    /// <summary>e^x.</summary>
    public static Tensor Exp(this Tensor x) => Graph.Apply(new Exp(), x);

    /// <summary>Natural logarithm.</summary>
    public static Tensor Log(this Tensor x) => Graph.Apply(new Log(), x);

    /// <summary>Square root.</summary>
    public static Tensor Sqrt(this Tensor x) => Graph.Apply(new Sqrt(), x);

    /// <summary>Absolute value; its derivative at 0 is taken as 0.</summary>
    public static Tensor Abs(this Tensor x) => Graph.Apply(new Abs(), x);

    /// <summary>-1, 0 or 1.</summary>
    public static Tensor Sign(this Tensor x) => Graph.Apply(new Sign(), x);

    /// <summary>The nearest whole number, halves to the even one.</summary>
    public static Tensor Round(this Tensor x) => Graph.Apply(new Round(), x);

    /// <summary>1 / (1 + e^-x).</summary>
    public static Tensor Sigmoid(this Tensor x) => Graph.Apply(new Sigmoid(), x);

    /// <summary>Hyperbolic tangent.</summary>
    public static Tensor Tanh(this Tensor x) => Graph.Apply(new Tanh(), x);

    /// <summary>Sine.</summary>
    public static Tensor Sin(this Tensor x) => Graph.Apply(new Sin(), x);

    /// <summary>Cosine.</summary>
    public static Tensor Cos(this Tensor x) => Graph.Apply(new Cos(), x);

    /// <summary>log(1 + e^x), without overflow.</summary>
    public static Tensor Softplus(this Tensor x) => Graph.Apply(new Softplus(), x);

    /// <summary>x above zero, slope * x below.</summary>
    public static Tensor LeakyRelu(this Tensor x, double slope) => Graph.Apply(new LeakyRelu(slope), x);

    /// <summary>The error function. Phi(x) = 0.5 (1 + Erf(x / sqrt 2)) loses its digits below x = -4: take a tail expansion there.</summary>
    public static Tensor Erf(this Tensor x) => Graph.Apply(new Erf(), x);

    /// <summary>x Phi(x), the Gaussian error linear unit in its exact form (Hendrycks and Gimpel, 2016).</summary>
    public static Tensor Gelu(this Tensor x) => 0.5 * x * ((x / Math.Sqrt(2)).Erf() + 1);
}
