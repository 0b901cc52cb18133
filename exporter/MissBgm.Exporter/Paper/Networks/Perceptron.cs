using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Networks;

/// <summary>A multilayer perceptron placed in a graph: dense layers, each hidden one followed by LeakyReLU.</summary>
internal sealed class Perceptron
{
    private readonly IReadOnlyList<(Tensor Kernel, Tensor Bias)> _hidden;
    private readonly (Tensor Kernel, Tensor Bias) _output;
    private readonly double _slope;

    /// <summary>Adds the weights to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="name">Prefix of the initializers' names.</param>
    public Perceptron(Graph graph, PerceptronWeights weights, string name)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _hidden = [.. weights.Hidden.Select((layer, i) => DenseLayer.Place(graph, layer, $"{name}.hidden.{i}"))];
        _output = DenseLayer.Place(graph, weights.Output, $"{name}.output");
        _slope = weights.LeakySlope;
    }

    /// <summary>The network's output [N, outputs] for x [N, inputs].</summary>
    public Tensor Apply(Tensor x) => _hidden
        .Aggregate(x, (activation, layer) => activation.Dense(layer.Kernel, layer.Bias).LeakyRelu(_slope))
        .Dense(_output.Kernel, _output.Bias);
}
