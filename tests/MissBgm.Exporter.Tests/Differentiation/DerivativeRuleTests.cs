using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Differentiation;

/// <summary>Each operator's derivative rule alone, in float64, against central differences of the emitted forward graph.</summary>
public class DerivativeRuleTests
{
    private const double Step = 1e-6;

    /// <summary>An expression of inputs a, b, c of given shapes, with values drawn from [From, To].</summary>
    public sealed record Rule(string Name, Func<Tensor[], Tensor> Build, int[][] Shapes, double From = -2, double To = 2)
    {
        public override string ToString() => Name;
    }

    private static Rule One(string name, Func<Tensor, Tensor> build, double from = -2, double to = 2) => new(name, x => build(x[0]), [[3, 4]], from, to);

    private static Rule Two(string name, Func<Tensor, Tensor, Tensor> build, int[] a, int[] b, double from = -2, double to = 2) =>
        new(name, x => build(x[0], x[1]), [a, b], from, to);

    private static IEnumerable<Rule> Elementwise() =>
    [
        One("Neg", x => -x), One("Exp", x => x.Exp()), One("Log", x => x.Log(), 0.5, 3), One("Sqrt", x => x.Sqrt(), 0.5, 3), One("Abs", x => x.Abs()),
        One("Sigmoid", x => x.Sigmoid(), -6, 6), One("Tanh", x => x.Tanh()),
        One("Softplus", x => x.Softplus(), -6, 6), One("LeakyRelu", x => x.LeakyRelu(0.2)), One("Erf", x => x.Erf()), One("Gelu", x => x.Gelu()),
        One("Square", x => x.Square()), One("Pow by a number", x => x.Pow(2.5), 0.5, 3), One("Where", x => x.Greater(0.3).Where(x.Exp(), 2 * x)),
        One("Cast cuts", x => x * x.Greater(0).Cast(ElementType.Real)), One("number / x", x => 3 / x, 0.5, 2), One("x / number", x => x / 3),
        One("number - x", x => 1 - x), One("a scaled sum of scaled terms", x => 3 * (2 * x - 4 * x.Exp()) - 0.5 * (x - 1)),
    ];

    private static IEnumerable<Rule> Repeated() =>
    [
        One("x + x", x => x + x), One("x - x/2", x => x - x / 2), One("x * x * x", x => x * x * x), One("x / (x * x)", x => x / (x * x), 0.5, 2),
        One("x ^ x", x => x.Pow(x), 0.5, 2), One("Max(x, x * x)", x => x.Max(x * x)), One("MatMul(x, x^T)", x => x.MatMul(x.Transpose(1, 0))),
        One("Gemm(x, x, transposed, x-dependent addend)", x => x.Gemm(x, x.Sum(1, true), transposeB: true)), One("Concat(x, x)", x => new[] { x, x }.Concat(1)),
        One("Where(x > 0, x, x * x)", x => x.Greater(0).Where(x, x * x)), One("quotients of one denominator", x => 1 / x.Exp() - x / x.Exp()),
    ];

    private static IEnumerable<Rule> Broadcast()
    {
        (string Name, Func<Tensor, Tensor, Tensor> Build)[] operators =
        [
            ("Add", (a, b) => a + b), ("Sub", (a, b) => a - b), ("Mul", (a, b) => a * b), ("Div", (a, b) => a / b), ("Pow", (a, b) => a.Pow(b)),
            ("Max", (a, b) => a.Max(b)), ("Min", (a, b) => a.Min(b)), ("Where", (a, b) => a.Greater(1.2).Where(a, b)),
        ];
        (int[] A, int[] B)[] shapes =
        [
            ([3, 4], [3, 4]), ([3, 4], [4]), ([4], [3, 4]), ([3, 1], [1, 4]), ([3, 4], []), ([], [3, 4]), ([2, 3, 4], [3, 1]),
            ([1, 1], [3, 4]),
        ];
        return operators.SelectMany(op => shapes.Select(shape => Two($"{op.Name} {Text(shape.A)} {Text(shape.B)}", op.Build, shape.A, shape.B, 0.5, 2)));
    }

    private static IEnumerable<Rule> Matrices() =>
    [
        Two("MatMul", (a, b) => a.MatMul(b), [3, 4], [4, 2]), Two("MatMul batched", (a, b) => a.MatMul(b), [2, 3, 4], [2, 4, 5]),
        Two("MatMul with a shared matrix", (a, b) => a.MatMul(b), [2, 3, 4], [4, 5]),
        Two("MatMul broadcasting both", (a, b) => a.MatMul(b), [2, 1, 3, 4], [5, 4, 2]),
        Two("Gemm", (a, b) => a.Gemm(b), [3, 4], [4, 2]), Two("Gemm ta", (a, b) => a.Gemm(b, transposeA: true), [4, 3], [4, 2]),
        Two("Gemm tb", (a, b) => a.Gemm(b, transposeB: true), [3, 4], [2, 4]),
        Two("Gemm ta tb", (a, b) => a.Gemm(b, transposeA: true, transposeB: true), [4, 3], [2, 4]),
        new("Dense", x => x[0].Dense(x[1], x[2]), [[3, 4], [4, 2], [2]]), new("Gemm with a column", x => x[0].Gemm(x[1], x[2]), [[3, 4], [4, 2], [3, 1]]),
        new("Gemm with a scalar", x => x[0].Gemm(x[1], x[2]), [[3, 4], [4, 2], []]),
        Two("scaled Gemm", (a, b) => (-2 * a).Gemm(3 * b), [3, 4], [4, 2]),
    ];

    private static IEnumerable<Rule> Reductions() =>
    [
        One("Sum 0", x => x.Sum(0)), One("Sum 1 kept", x => x.Sum(1, true)), One("Sum -1", x => x.Sum(-1).Exp()), One("Mean 0", x => x.Square().Mean(0)),
        One("Mean 1 kept", x => x.Square().Mean(1, true)),
        One("Softmax", x => x.Softmax()), One("LogSoftmax", x => x.LogSoftmax()), One("LogSoftmax of a sum", x => x.Exp().LogSoftmax().Sum(1)),
        new("LayerNormalization", x => x[0].LayerNormalization(x[1], x[2], 1e-5), [[3, 4], [4], [4]]),
        new("LayerNormalization of three axes", x => x[0].LayerNormalization(x[1], x[2], 1e-5), [[2, 3, 4], [4], [4]]),
        new("BatchNormalization", x => x[0].BatchNormalization(x[1], x[2], x[3], x[4], 1e-3), [[3, 4], [4], [4], [4], [4]], 0.5, 2),
        new("BatchNormalization of three axes", x => x[0].BatchNormalization(x[1], x[2], x[3], x[4], 1e-3), [[2, 3, 4], [3], [3], [3], [3]], 0.5, 2),
    ];

    private static IEnumerable<Rule> LayoutAndIndexing() =>
    [
        One("Reshape", x => x.Square().Reshape([2, 6])), One("Transpose", x => x.Square().Transpose(1, 0)), One("Unsqueeze", x => x.Square().Unsqueeze(1)),
        One("Unsqueeze, Squeeze", x => x.Unsqueeze(0).Exp().Squeeze(0)), One("Slice", x => x.Square().Slice(1, 1, 3)), One("Pad", x => x.Square().Pad(0, 1, 2)),
        new("Transpose of three axes", x => x[0].Square().Transpose(2, 0, 1), [[2, 3, 4]]),
        new("Expand", x => x[0].Exp().ExpandAs(x[1]) * x[1], [[3, 1], [3, 4]]),
        Two("Concat 0", (a, b) => new[] { a.Exp(), b.Square() }.Concat(0), [3, 4], [2, 4]),
        Two("Concat 1", (a, b) => new[] { a, b, a }.Concat(1).Exp(), [3, 4], [3, 1]),
        One("Concat of sums", x => new[] { x.Sum(1, true), x }.Concat(1).Sum(1)), One("Slice of a sum", x => x.Slice(1, 1, 3).Sum(1)),
        One("Pad of a sum", x => x.Square().Pad(1, 1, 1).Sum(1)),
        One("Gather 0", x => x.Square().Gather(x.Graph.Integers(2, 0), 0)), One("Gather 1 repeated", x => x.Square().Gather(x.Graph.Integers(1, 1, 3), 1)),
        One("Gather a scalar index", x => x.Square().Gather(x.Graph.Integer(2), 1)),
        new("Gather of a vector", x => x[0].Exp().Gather(x[0].Graph.Integers(1, 1, 0), 0), [[4]]),
        new("Gather of three axes", x => x[0].Square().Gather(x[0].Graph.Integers(2, 2), 1), [[2, 3, 4]]),
    ];

    public static TheoryData<string> Names() => [.. All().Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_derivative_rule_agrees_with_central_differences(string name)
    {
        var rule = All().Single(rule => rule.Name == name);
        var graph = new Graph("rule", name, Precision.Double);
        Tensor[] inputs = [.. rule.Shapes.Select((shape, i) => graph.Input($"x{i}", Fixed(shape), "Input."))];
        var output = rule.Build(inputs);
        var size = (int)output.Shape.Size!.Value;
        var weights = graph.Constant(Randomly.Normals(size, 77), [.. output.Shape.Select(dimension => dimension.Size!.Value)]);
        graph.Output("value", (output * weights).Reshape([size]).Sum(0), "Weighted sum.");
        for (var i = 0; i < inputs.Length; i++) graph.Output($"gradient{i}", output.VectorJacobianProduct(weights, inputs[i]), "Derivative.");
        using var host = new Host(graph);
        var values = rule.Shapes.Select((shape, i) => Randomly.Uniforms(shape.Aggregate(1, (a, b) => a * b), i, rule.From, rule.To)).ToArray();
        var derivatives = Run(host, rule, values);
        for (var i = 0; i < inputs.Length; i++)
        {
            for (var k = 0; k < values[i].Length; k++)
            {
                var numeric = (Value(host, rule, values, i, k, Step) - Value(host, rule, values, i, k, -Step)) / (2 * Step);
                Assert.Equal(numeric, derivatives[$"gradient{i}"][k], 1e-7 * Math.Max(1, Math.Abs(numeric)) * 10);
            }
        }
    }

    private static IEnumerable<Rule> All() => [.. Elementwise(), .. Repeated(), .. Broadcast(), .. Matrices(), .. Reductions(), .. LayoutAndIndexing()];

    private static double Value(Host host, Rule rule, double[][] values, int input, int element, double step)
    {
        double[][] moved = [.. values.Select(array => array.ToArray())];
        moved[input][element] += step;
        return Run(host, rule, moved)["value"][0];
    }

    private static Dictionary<string, double[]> Run(Host host, Rule rule, double[][] values) =>
        host.Run([.. values.Select((array, i) => ($"x{i}", array, rule.Shapes[i]))]);

    private static Shape Fixed(int[] shape) => Shape.Create([.. shape.Select(size => (Dimension)size)]);

    private static string Text(int[] shape) => $"[{string.Join(",", shape)}]";
}
