using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Networks;

/// <summary>Dense layers with LeakyReLU and a linear output: the mask network f_phi (x to logits of r) and the encoder e (x to z), Appendix E.1.</summary>
internal sealed class Perceptron : IDisposable
{
    private static readonly Scalar Slope = GeneratorNetwork.LeakySlope;
    private readonly DenseLayer[] _hidden;
    private readonly DenseLayer _output;

    public Perceptron(
        NetworkRole role,
        int inputs,
        IReadOnlyList<int> widths,
        int outputs,
        Philox random,
        ScalarType type,
        Device device,
        bool bayesian = false)
    {
        var builder = new ParameterBuilder(random, role);
        _hidden = builder.Stack(inputs, widths);
        _output = builder.Dense(_hidden.Length == 0 ? inputs : widths[^1], outputs);
        Parameters = builder.Build(type, device, bayesian);
    }

    /// <summary>The network's weights.</summary>
    public ParameterBuffer Parameters { get; }

    /// <summary>Outputs, [N, outputs], from x, [N, inputs].</summary>
    public Tensor Forward(Tensor x, bool trainable)
    {
        foreach (var layer in _hidden)
        {
            x = layer.Apply(Parameters, x, trainable).leaky_relu(Slope);
        }

        return _output.Apply(Parameters, x, trainable);
    }

    /// <summary>The weights as the exporter takes them.</summary>
    public PerceptronWeights Export()
        => new([.. _hidden.Select(layer => layer.Export(Parameters))], _output.Export(Parameters), GeneratorNetwork.LeakySlope);

    public void Dispose() => Parameters.Dispose();
}
