using MissBgm.Trainer.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Networks;

/// <summary>
/// Batch normalisation with Keras's defaults: momentum 0.99, epsilon 0.001, moving variance from the population variance of each batch
/// (PyTorch's own moving variance uses the sample variance).
/// </summary>
internal sealed class BatchNorm : IDisposable
{
    /// <summary>Variance guard.</summary>
    public const double Epsilon = 1e-3;

    private const double Momentum = 0.99;
    private static readonly Scalar Decay = Momentum;
    private static readonly Scalar Gain = 1 - Momentum;
    private readonly Tensor _batchMean;
    private readonly Tensor _batchVariance;

    /// <param name="builder">Where scale and offset are declared.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="type">Type of the moving statistics.</param>
    /// <param name="device">Where they live.</param>
    public BatchNorm(ParameterBuilder builder, int width, ScalarType type, Device device)
    {
        Scale = builder.Vector(width, 1);
        Offset = builder.Vector(width, 0);
        using var scope = NewDisposeScope();
        Mean = zeros(width, type, device).DetachFromDisposeScope();
        Variance = ones(width, type, device).DetachFromDisposeScope();
        _batchMean = zeros(width, type, device).DetachFromDisposeScope();
        _batchVariance = ones(width, type, device).DetachFromDisposeScope();
    }

    /// <summary>Index of the learned scale (gamma).</summary>
    public int Scale { get; }

    /// <summary>Index of the learned offset (beta).</summary>
    public int Offset { get; }

    /// <summary>Moving mean, [width].</summary>
    public Tensor Mean { get; }

    /// <summary>Moving variance, [width].</summary>
    public Tensor Variance { get; }

    /// <summary>Normalises by the moving statistics.</summary>
    public Tensor Inference(Tensor[] parameters, Tensor x)
        => nn.functional.batch_norm(x, Mean, Variance, parameters[Scale], parameters[Offset], training: false, eps: Epsilon);

    /// <summary>Normalises by the batch's own statistics.</summary>
    /// <param name="parameters">The network's arrays.</param>
    /// <param name="x">[N, width], at least two rows.</param>
    public Tensor Training(Tensor[] parameters, Tensor x)
        => nn.functional.batch_norm(x, _batchMean, _batchVariance, parameters[Scale], parameters[Offset], training: true, momentum: 1, eps: Epsilon);

    /// <summary>Moves the moving statistics towards those of the batch normalised last.</summary>
    /// <param name="rows">Rows of that batch.</param>
    public void MoveStatistics(long rows)
    {
        using var off = no_grad();
        using Scalar gain = (1 - Momentum) * (rows - 1) / rows;
        Mean.mul_(Decay).add_(_batchMean, Gain);
        Variance.mul_(Decay).add_(_batchVariance, gain);
    }

    public void Dispose()
    {
        Mean.Dispose();
        Variance.Dispose();
        _batchMean.Dispose();
        _batchVariance.Dispose();
    }
}
