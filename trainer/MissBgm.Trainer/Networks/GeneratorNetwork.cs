using MissBgm.Exporter.Networks;
using MissBgm.Runtime.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Networks;

/// <summary>Mean and variance of x given z.</summary>
/// <param name="Mean">[N, p].</param>
/// <param name="Variance">[N, p], positive.</param>
/// <param name="Factor">F of the covariance diag(Variance) + F F', [N, p, r]; null for a diagonal covariance.</param>
internal readonly record struct GaussianOutput(Tensor Mean, Tensor Variance, Tensor? Factor = null)
{
    /// <summary>The same without its gradient.</summary>
    public GaussianOutput Detach() => new(Mean.detach(), Variance.detach(), Factor?.detach());
}

/// <summary>How a forward pass through the generator treats weights and batch normalisation.</summary>
/// <param name="Trainable">Whether gradients of the weights are recorded.</param>
/// <param name="BatchStatistics">Whether z is normalised by the batch's own statistics (training mode) or by the moving ones.</param>
internal readonly record struct ForwardMode(bool Trainable, bool BatchStatistics)
{
    /// <summary>Weights fixed, moving statistics: steps that move z or x.</summary>
    public static ForwardMode Inference { get; } = new(false, false);

    /// <summary>Weights move, batch statistics: steps that move theta.</summary>
    public static ForwardMode Training { get; } = new(true, true);
}

/// <summary>
/// The data-generating network g_theta (Section 4.1, Appendix E.1): batch normalisation of z, dense layers with LeakyReLU, and two linear heads,
/// the mean and the variance (softplus plus a floor), side by side in one layer.
/// </summary>
internal sealed class GeneratorNetwork : IDisposable
{
    /// <summary>Slope of LeakyReLU below zero.</summary>
    public const double LeakySlope = 0.2;

    private static readonly Scalar _slope = LeakySlope;
    private readonly double _varianceFloor;
    private readonly Scalar _floor;
    private readonly DenseLayer[] _hidden;
    private readonly DenseLayer _heads;
    private readonly DenseLayer? _factor;

    public GeneratorNetwork(int latentDimension, int columns, IReadOnlyList<int> widths, double varianceFloor, Philox random, ScalarType type, Device device, bool bayesian = false, int covarianceRank = 0)
    {
        var builder = new ParameterBuilder(random, NetworkRole.Generator);
        (Columns, _varianceFloor, _floor) = (columns, varianceFloor, varianceFloor);
        InputNorm = new BatchNorm(builder, latentDimension, type, device);
        _hidden = builder.Stack(latentDimension, widths);
        _heads = builder.Dense(_hidden.Length == 0 ? latentDimension : widths[^1], columns, heads: 2);
        _factor = covarianceRank == 0 ? null : builder.Dense(_hidden.Length == 0 ? latentDimension : widths[^1], columns * covarianceRank);
        Parameters = builder.Build(type, device, bayesian);
    }

    /// <summary>Number of columns of x, p.</summary>
    public int Columns { get; }

    /// <summary>theta.</summary>
    public ParameterBuffer Parameters { get; }

    /// <summary>Normalisation of z.</summary>
    public BatchNorm InputNorm { get; }

    /// <summary>Mean and variance of x, [N, p], given z, [N, d].</summary>
    public GaussianOutput Forward(Tensor z, ForwardMode mode)
    {
        var parameters = Parameters.Views(mode.Trainable);
        var h = mode.BatchStatistics ? InputNorm.Training(parameters, z) : InputNorm.Inference(parameters, z);
        if (mode.BatchStatistics)
        {
            InputNorm.MoveStatistics(z.shape[0]);
        }

        foreach (var layer in _hidden)
        {
            h = layer.Apply(Parameters, h, mode.Trainable).leaky_relu(_slope);
        }

        var heads = _heads.Apply(Parameters, h, mode.Trainable);
        var factor = _factor?.Apply(Parameters, h, mode.Trainable).view(z.shape[0], Columns, -1);
        return new GaussianOutput(heads.narrow(1, 0, Columns), heads.narrow(1, Columns, Columns).softplus().add(_floor), factor);
    }

    /// <summary>The weights as the exporter takes them.</summary>
    public GeneratorWeights Export()
    {
        var heads = _heads.Export(Parameters, heads: 2);
        return new GeneratorWeights(
            new BatchNormWeights(
                Parameters.ToArray(InputNorm.Scale), Parameters.ToArray(InputNorm.Offset), InputNorm.Mean.ToFloats(), InputNorm.Variance.ToFloats(), BatchNorm.Epsilon),
            [.. _hidden.Select(layer => layer.Export(Parameters))],
            heads[0],
            heads[1],
            _varianceFloor,
            LeakySlope)
        {
            Factor = _factor?.Export(Parameters),
        };
    }

    public void Dispose()
    {
        Parameters.Dispose();
        InputNorm.Dispose();
    }
}
