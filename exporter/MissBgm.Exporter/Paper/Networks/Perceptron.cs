using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Networks;

/// <summary>A multilayer perceptron placed in a graph: dense layers, each hidden one followed by LeakyReLU.</summary>
internal sealed class Perceptron
{
    private readonly IReadOnlyList<(Tensor Kernel, Tensor Bias)> hidden;
    private readonly (Tensor Kernel, Tensor Bias) output;
    private readonly double slope;

    /// <summary>Adds the weights to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="name">Prefix of the initializers' names.</param>
    public Perceptron(Graph graph, PerceptronWeights weights, string name)
    {
        ArgumentNullException.ThrowIfNull(weights);
        hidden = [.. weights.Hidden.Select((layer, i) => DenseLayer.Place(graph, layer, $"{name}.hidden.{i}"))];
        output = DenseLayer.Place(graph, weights.Output, $"{name}.output");
        slope = weights.LeakySlope;
    }

    /// <summary>The network's output [N, outputs] for x [N, inputs].</summary>
    public Tensor Apply(Tensor x) => hidden
        .Aggregate(x, (activation, layer) => activation.Dense(layer.Kernel, layer.Bias).LeakyRelu(slope))
        .Dense(output.Kernel, output.Bias);
}
