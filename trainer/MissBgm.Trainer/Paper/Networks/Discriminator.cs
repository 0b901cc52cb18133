using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Networks;

/// <summary>
/// A discriminator of the warm start: dense layers, each with batch normalisation by the batch's own statistics and tanh, and one linear output
/// (the authors' networks/base.py; the paper does not describe it).
/// </summary>
internal sealed class Discriminator : IDisposable
{
    private readonly DenseLayer[] _hidden;
    private readonly BatchNorm[] _norms;
    private readonly DenseLayer _output;

    public Discriminator(NetworkRole role, int inputs, IReadOnlyList<int> widths, Philox random, ScalarType type, Device device)
    {
        var builder = new ParameterBuilder(random, role);
        _hidden = builder.Stack(inputs, widths);
        _norms = [.. widths.Select(width => new BatchNorm(builder, width, type, device))];
        _output = builder.Dense(_hidden.Length == 0 ? inputs : widths[^1], 1);
        Parameters = builder.Build(type, device);
    }

    /// <summary>The network's weights.</summary>
    public ParameterBuffer Parameters { get; }

    /// <summary>Scores, [N, 1], of rows, [N, inputs].</summary>
    public Tensor Forward(Tensor rows, bool trainable)
    {
        var parameters = Parameters.Views(trainable);
        for (var i = 0; i < _hidden.Length; i++)
        {
            rows = _norms[i].Training(parameters, _hidden[i].Apply(Parameters, rows, trainable)).tanh();
        }

        return _output.Apply(Parameters, rows, trainable);
    }

    public void Dispose()
    {
        Parameters.Dispose();
        foreach (var norm in _norms)
        {
            norm.Dispose();
        }
    }
}
