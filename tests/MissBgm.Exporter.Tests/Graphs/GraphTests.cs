using MissBgm.Exporter.Differentiation;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Graphs;

public class GraphTests
{
    private readonly Graph _graph = new("test", "A graph under test.");

    [Fact]
    public void Equal_sub_expressions_are_one_node()
    {
        var x = X();
        Assert.Same(x.Exp() * 2, x.Exp() * 2);
        Assert.NotSame(x.LeakyRelu(0.1), x.LeakyRelu(0.2));
    }

    [Fact]
    public void Nodes_that_no_output_needs_are_not_emitted()
    {
        var x = X();
        _ = x.Exp().Log().Tanh();
        _graph.Output("y", x.Sigmoid(), "Result.");
        Assert.Equal(["Sigmoid"], Operators());
    }

    [Fact]
    public void Constants_are_folded()
    {
        var x = X();
        _graph.Output("y", x * (_graph.Constant(2).Exp() + 3 * _graph.Constant(new double[] { 1, 2 }, [2])), "Result.");
        Assert.Equal(["Mul"], Operators());
        var result = Host.Run(_graph, ("x", [1, 1, 2, 2], [2, 2]))["y"];
        Assert.Equal(2 * (Math.Exp(2) + 6), result[3], 1e-5);
    }

    [Fact]
    public void Factors_meet_outside_and_cancel()
    {
        var x = X();
        Assert.Same(x, -(-x));
        Assert.Same(x, 2 * (0.5 * x));
        Assert.Same(x.Exp() * x.Sigmoid(), -2 * x.Exp() * (-0.5 * x.Sigmoid()));
        Assert.Same(2 * x, x + x);
        Assert.Same(x.Exp() - x, -(x - x.Exp()));
        Assert.Same(0.5 * x.Sum(1), (0.5 * x).Sum(1));
    }

    [Fact]
    public void The_gradient_of_half_a_square_is_the_variable_itself()
    {
        var x = X();
        Assert.Same(x, (0.5 * x.Square().Sum(1)).Gradient(x));
    }

    [Fact]
    public void A_variable_that_an_output_does_not_depend_on_has_gradient_zero()
    {
        var x = X();
        var y = _graph.Input("y", ["N", 2], "Another.");
        _graph.Output("gradient", x.Exp().Sum(1).Gradient(y), "Zero.");
        Assert.Equal([0, 0, 0, 0], Host.Run(_graph, ("x", [1, 2, 3, 4], [2, 2]), ("y", [1, 2, 3, 4], [2, 2]))["gradient"]);
    }

    [Fact]
    public void An_output_may_be_an_input_a_constant_or_another_outputs_tensor()
    {
        var x = X();
        _graph.Output("same", x, "The input.");
        _graph.Output("one", x.Exp(), "First.");
        _graph.Output("two", x.Exp(), "Second.");
        _graph.Output("constant", _graph.Constant(3), "Constant.");
        var result = Host.Run(_graph, ("x", [1, 2], [1, 2]));
        Assert.Equal([1, 2], result["same"]);
        Assert.Equal(result["one"], result["two"]);
        Assert.Equal([3], result["constant"]);
    }

    [Fact]
    public void A_shape_mismatch_names_the_node_the_operator_and_its_inputs()
    {
        var kernel = _graph.Constant(new float[12], [3, 4], "layer.kernel");
        var failure = Assert.Throws<GraphException>(() => X().MatMul(kernel));
        Assert.Contains("node 'Gemm_1' = Gemm(x [N, 2], layer.kernel [3, 4])", failure.Message, StringComparison.Ordinal);
        Assert.Contains("inner dimensions 2 and 3 differ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Shapes_that_do_not_broadcast_are_refused(int width)
    {
        var x = X();
        var other = _graph.Input("other", ["N", width], "Other.");
        Assert.Contains("Add_1", Assert.Throws<GraphException>(() => x + other).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_named_axes_broadcast_only_when_their_names_agree() =>
        Assert.Throws<GraphException>(() => X() + _graph.Input("other", ["M", 2], "Other."));

    [Fact]
    public void Elements_of_the_wrong_type_are_refused() =>
        Assert.Contains("Exp", Assert.Throws<GraphException>(() => X().Greater(0).Exp()).Message, StringComparison.Ordinal);

    [Fact]
    public void An_operator_without_a_derivative_is_refused_by_node_and_operator()
    {
        var x = X();
        var failure = Assert.Throws<GraphException>(() => Graph.Apply(new NoDerivative(), x).Exp().Sum(1).Gradient(x));
        Assert.Contains("node 'NoDerivative_1' = NoDerivative(x [N, 2])", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_of_two_graphs_do_not_mix()
    {
        var stranger = new Graph("other", "Another graph.").Input("y", ["N", 2], "Other.");
        Assert.Contains("another graph", Assert.Throws<GraphException>(() => X() + stranger).Message, StringComparison.Ordinal);
        Assert.Throws<GraphException>(() => _graph.Output("y", stranger, "Result."));
    }

    [Fact]
    public void A_name_is_given_once()
    {
        X();
        Assert.Throws<GraphException>(() => _graph.Input("x", ["N"], "Again."));
        Assert.Throws<GraphException>(() => _graph.Output("x", _graph.Constant(1), "Again."));
    }

    [Fact]
    public void A_graph_without_outputs_is_refused() => Assert.Throws<GraphException>(() => OnnxModel.Serialize(_graph));

    [Fact]
    public void Weights_of_the_wrong_size_are_refused() =>
        Assert.Contains(
            "needs 6 elements, but 5", Assert.Throws<GraphException>(() => _graph.Constant(new float[5], [2, 3])).Message,
            StringComparison.Ordinal);

    private Tensor X() => _graph.Inputs.Count > 0 ? _graph.Inputs[0].Tensor : _graph.Input("x", ["N", 2], "An input.");

    private IEnumerable<string> Operators() => OnnxModel.Describe(_graph).Graph.Node.Select(node => node.OpType);

    private sealed record NoDerivative : Operator
    {
        internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs) => (ElementType.Real, inputs[0].Shape);
    }
}
