using MissBgm.Exporter.Paper.Networks;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Networks;

/// <summary>The distribution of x given z.</summary>
/// <param name="Mean">Of the continuous columns, [N, c].</param>
/// <param name="Variance">Of the continuous columns, [N, c], positive.</param>
/// <param name="Factor">F of the covariance diag(Variance) + F F', [N, c, r]; null for a diagonal covariance.</param>
/// <param name="LogProbabilities">Of the levels of the discrete columns, [N, L]; null when there are none.</param>
internal readonly record struct GeneratorOutput(Tensor Mean, Tensor Variance, Tensor? Factor = null, Tensor? LogProbabilities = null)
{
    /// <summary>The same without its gradient.</summary>
    public GeneratorOutput Detach() => new(Mean.detach(), Variance.detach(), Factor?.detach(), LogProbabilities?.detach());
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
/// the mean and the variance (softplus plus a floor), side by side in one layer; and one for the discrete columns, if there are any.
/// </summary>
internal sealed class GeneratorNetwork : IDisposable
{
    /// <summary>Slope of LeakyReLU below zero.</summary>
    public const double LeakySlope = 0.2;

    private static readonly Scalar LeakySlopeScalar = LeakySlope;
    private readonly double _varianceFloor;
    private readonly Scalar _floor;
    private readonly DenseLayer[] _hidden;
    private readonly DenseLayer _heads;
    private readonly DenseLayer? _factor;
    private readonly DiscreteHead? _discrete;

    public GeneratorNetwork(
        int latentDimension, RowLayout layout, IReadOnlyList<int> widths, double varianceFloor, Philox random, ScalarType type,
        Device device, bool bayesian = false, int covarianceRank = 0)
    {
        var builder = new ParameterBuilder(random, NetworkRole.Generator);
        (Layout, _varianceFloor, _floor) = (layout, varianceFloor, varianceFloor);
        InputNorm = new BatchNorm(builder, latentDimension, type, device);
        _hidden = builder.Stack(latentDimension, widths);
        var features = _hidden.Length == 0 ? latentDimension : widths[^1];
        _heads = builder.Dense(features, layout.Continuous, heads: 2);
        _factor = covarianceRank == 0 ? null : builder.Dense(features, layout.Continuous * covarianceRank);
        _discrete = layout.Discrete.Count == 0 ? null : new DiscreteHead(builder, features, layout, type, device);
        Parameters = builder.Build(type, device, bayesian);
    }

    /// <summary>The columns of x.</summary>
    public RowLayout Layout { get; }

    /// <summary>theta.</summary>
    public ParameterBuffer Parameters { get; }

    /// <summary>Normalisation of z.</summary>
    public BatchNorm InputNorm { get; }

    /// <summary>The distribution of x given z, [N, d].</summary>
    public GeneratorOutput Forward(Tensor z, ForwardMode mode)
    {
        var parameters = Parameters.Views(mode.Trainable);
        var h = mode.BatchStatistics ? InputNorm.Training(parameters, z) : InputNorm.Inference(parameters, z);
        if (mode.BatchStatistics)
        {
            InputNorm.MoveStatistics(z.shape[0]);
        }

        foreach (var layer in _hidden)
        {
            h = layer.Apply(Parameters, h, mode.Trainable).leaky_relu(LeakySlopeScalar);
        }

        var heads = _heads.Apply(Parameters, h, mode.Trainable);
        var factor = _factor?.Apply(Parameters, h, mode.Trainable).view(z.shape[0], Layout.Continuous, -1);
        var (mean, variance) = (heads.narrow(1, 0, Layout.Continuous), heads.narrow(1, Layout.Continuous, Layout.Continuous).softplus().add(_floor));
        return new GeneratorOutput(mean, variance, factor, _discrete?.LogProbabilities(Parameters, h, mode.Trainable));
    }

    /// <summary>The weights as the exporter takes them.</summary>
    public GeneratorWeights Export()
    {
        var heads = _heads.Export(Parameters, heads: 2);
        return new GeneratorWeights(
            new BatchNormWeights(
                Parameters.ToArray(InputNorm.Scale), Parameters.ToArray(InputNorm.Offset), InputNorm.Mean.ToFloats(),
                InputNorm.Variance.ToFloats(), BatchNorm.Epsilon),
            [.. _hidden.Select(layer => layer.Export(Parameters))],
            heads[0],
            heads[1],
            _varianceFloor,
            LeakySlope)
        {
            Factor = _factor?.Export(Parameters),
            Discrete = _discrete?.Export(Parameters),
        };
    }

    public void Dispose()
    {
        _discrete?.Dispose();
        Parameters.Dispose();
        InputNorm.Dispose();
    }
}
