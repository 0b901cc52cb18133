using MissBgm.Runtime.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>Which of a fit's stages a draw of weights is for.</summary>
internal enum WeightStage
{
    /// <summary>An iteration of the warm start.</summary>
    WarmStart,

    /// <summary>A batch of Algorithm 1.</summary>
    Fit,

    /// <summary>A draw that goes into the bundle.</summary>
    Export,
}

/// <summary>
/// The variational posterior of a Bayesian network's weights, q = N(mu, sigma^2) for each entry of a kernel, sigma = softplus(rho) (MissBGM Eq. 10). Biases are
/// points, as TensorFlow Probability's DenseFlipout has them, which the authors use; so are scale and offset of a normalisation.
/// </summary>
/// <remarks>The authors' code, unlike the paper, leaves the mask network deterministic.</remarks>
internal sealed class WeightPosterior : IDisposable
{
    /// <summary>Standard deviation of the weights' normal prior, as in the authors' code.</summary>
    public const double PriorDeviation = 0.1;

    /// <summary>rho at the start: a standard deviation of 0.049, DenseFlipout's.</summary>
    public const float StartingRho = -3;

    private readonly Philox _random;
    private readonly NetworkRole _network;
    private readonly Tensor _mean;
    private readonly Tensor _rho;
    private readonly Tensor _meanGradient;
    private readonly Tensor _rhoGradient;
    private readonly Tensor _kernels;
    private readonly Tensor _penalised;
    private readonly Tensor _noise;
    private (WeightStage Stage, long Step) _draw;
    private int _signDraws;

    /// <param name="random">The fit's random numbers.</param>
    /// <param name="network">Which network this is.</param>
    /// <param name="values">Mean and rho of every weight, [2, size].</param>
    /// <param name="gradient">Their gradient, [2, size].</param>
    /// <param name="kinds">What each weight is, [size].</param>
    public WeightPosterior(Philox random, NetworkRole network, Tensor values, Tensor gradient, ParameterKind[] kinds)
    {
        using var scope = NewDisposeScope();
        (_random, _network) = (random, network);
        Tensor Half(Tensor buffer, long half) => buffer.view(2, -1).select(0, half).DetachFromDisposeScope();
        (_mean, _rho, _meanGradient, _rhoGradient) = (Half(values, 0), Half(values, 1), Half(gradient, 0), Half(gradient, 1));
        Tensor Mask(Func<ParameterKind, bool> chosen) =>
            tensor(Array.ConvertAll(kinds, kind => chosen(kind) ? 1f : 0f), values.dtype, values.device).DetachFromDisposeScope();
        _kernels = Mask(kind => kind == ParameterKind.Kernel);
        _penalised = Mask(kind => kind != ParameterKind.Normalisation);
        Sample = _mean.clone().DetachFromDisposeScope();
        _noise = zeros_like(Sample).DetachFromDisposeScope();
    }

    /// <summary>The weights where they stand: a draw, or the means, [size].</summary>
    public Tensor Sample { get; }

    /// <summary>Noise of the last draw, zero but for kernels, [size].</summary>
    public Tensor Noise => _noise;

    /// <summary>Draws weights; the noise depends on seed, network, stage and step alone.</summary>
    public void Draw(WeightStage stage, long step)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        (_draw, _signDraws) = ((stage, step), 0);
        var normals = new float[_noise.numel()];
        _random.Normals(normals, RandomPurpose.WeightNoise, (int)_network, (long)stage, step);
        _noise.copy_(tensor(normals, ScalarType.Float32, _noise.device)).mul_(_kernels);
        Sample.copy_(_rho.softplus().mul_(_noise).add_(_mean));
    }

    /// <summary>Puts the weights at their means.</summary>
    public void UseMeans()
    {
        using var off = no_grad();
        // In-place operations return a second handle of the tensor.
        _noise.zero_().Dispose();
        Sample.copy_(_mean);
    }

    /// <summary>A matrix of -1 and 1, as likely, for Flipout; another at each call after a draw.</summary>
    public Tensor Signs(long rows, long columns)
    {
        var signs = new float[rows * columns];
        _random.Uniforms(signs, RandomPurpose.FlipoutSigns, (int)_network, 3 * (long)_signDraws++ + (long)_draw.Stage, _draw.Step);
        for (var i = 0; i < signs.Length; i++) signs[i] = signs[i] < 0.5f ? -1 : 1;
        return tensor(signs, [rows, columns], _noise.dtype, _noise.device);
    }

    /// <summary>Adds weight * KL(q || prior) to the gradient; a point's divergence is minus its log prior density, without the constant.</summary>
    /// <returns>weight * KL.</returns>
    public double AddDivergence(double weight)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var deviation = _rho.softplus();
        using Scalar precision = 1 / (PriorDeviation * PriorDeviation);
        using Scalar scale = weight;
        _meanGradient.add_(_mean.mul(precision).mul_(_penalised), scale);
        _rhoGradient.add_(deviation.mul(precision).sub_(deviation.reciprocal()).mul_(_rho.sigmoid()).mul_(_kernels), scale);
        var squares = _mean.square().mul_(_penalised).add_(deviation.square().mul_(_kernels)).sum().ToDouble() / (2 * PriorDeviation * PriorDeviation);
        var logs = deviation.log().mul_(_kernels).sum().ToDouble();
        return weight * (squares - logs + _kernels.sum().ToDouble() * (Math.Log(PriorDeviation) - 0.5));
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { _mean, _rho, _meanGradient, _rhoGradient, _kernels, _penalised, _noise, Sample }) tensor.Dispose();
    }
}
