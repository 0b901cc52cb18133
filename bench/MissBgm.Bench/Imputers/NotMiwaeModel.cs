using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper.Networks;
using MissBgm.Trainer.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Bench.Imputers;

/// <summary>
/// not-MIWAE (Ipsen, Mattei and Frellsen, ICLR 2021): a variational autoencoder of which a model of the mask is part, fitted by the importance-weighted bound
/// E log 1/K sum_k w_k, w_k = p(r | x_obs, x_mis^k) p(x_obs | z_k) p(z_k) / q(z_k | x_obs), z_k ~ q, x_mis^k ~ p(x_mis | z_k) (their Eq.
/// 9). The mask model is their self-masking one: logit p(r_j = 1) = a_j x_j + b_j. Generator and encoder are MissBGM's networks (without
/// batch statistics), so that methods and not networks are compared.
/// </summary>
internal sealed class NotMiwaeModel : IDisposable
{
    private const int LatentStream = 1, MissingStream = 2;
    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    private readonly int _d;
    private readonly int _p;
    private readonly GeneratorNetwork _generator;
    private readonly Perceptron _encoder;
    private readonly ParameterBuffer _mask;
    private readonly (ParameterBuffer Parameters, Moments Moments)[] _moving;
    private readonly Adam _adam;
    private readonly Noise _noise;

    public NotMiwaeModel(FitConfig config, int columns, double learningRate, Philox random)
    {
        (_d, _p) = (config.ZDim, columns);
        _generator = new GeneratorNetwork(_d, new RowLayout(_p, []), config.Paper.GUnits, config.Paper.VarianceFloor, random, ScalarType.Float32, CPU);
        _encoder = new Perceptron(NetworkRole.Encoder, _p, config.Paper.EgmInit.EUnits, 2 * _d, random, ScalarType.Float32, CPU);
        var mask = new ParameterBuilder(random, NetworkRole.Mask);
        mask.Vector(_p, 0);
        mask.Vector(_p, 0);
        _mask = mask.Build(ScalarType.Float32, CPU);
        _moving = [.. new[] { _generator.Parameters, _encoder.Parameters, _mask }.Select(parameters => (parameters, Moments.For(parameters.Values)))];
        (_adam, _noise) = (new Adam(learningRate, 0.9, 0.999), new Noise(random, CPU));
    }

    /// <summary>An Adam step on a batch; returns the bound's mean over rows.</summary>
    /// <param name="x">Values, 0 where missing, [B, p].</param>
    /// <param name="r">1 where observed, [B, p].</param>
    /// <param name="samples">K.</param>
    /// <param name="step">1 at the first step.</param>
    public double Step(Tensor x, Tensor r, int samples, long step)
    {
        using var scope = NewDisposeScope();
        var (logWeights, _) = Weigh(x, r, samples, RandomPurpose.Simulation, step);
        var bound = logWeights.logsumexp(0).mean().sub(Math.Log(samples));
        bound.neg().backward();
        foreach (var (parameters, moments) in _moving)
        {
            _adam.Step(parameters.Values, parameters.Gradient, moments, step);
            parameters.Gradient.zero_();
        }

        return bound.ToSingle();
    }

    /// <summary>Missing cells' expectations by self-normalised importance sampling, [B, p] row-major; observed cells as they are.</summary>
    public float[] Impute(Tensor x, Tensor r, int samples, long step)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (logWeights, completed) = Weigh(x, r, samples, RandomPurpose.FlowNoise, step);
        return [.. logWeights.softmax(0).unsqueeze(2).mul(completed).sum(dim: 0).data<float>()];
    }

    // log w, [K, B], and the completed rows, [K, B, p].
    private (Tensor LogWeights, Tensor Completed) Weigh(Tensor x, Tensor r, int samples, RandomPurpose purpose, long step)
    {
        var batch = (int)x.shape[0];
        var code = _encoder.Forward(x, trainable: true);
        var (centre, logSpread) = (code.narrow(1, 0, _d), code.narrow(1, _d, _d).clamp(-8, 4));
        var epsilon = _noise.Normal(purpose, LatentStream, step, samples * batch, _d).view(samples, batch, _d);
        var z = centre.add(logSpread.exp().mul(epsilon));
        var output = _generator.Forward(z.reshape(samples * batch, _d), new ForwardMode(Trainable: true, BatchStatistics: false));
        var (mean, variance) = (output.Mean.reshape(samples, batch, _p), output.Variance.reshape(samples, batch, _p));
        var drawn = mean.add(variance.sqrt().mul(_noise.Normal(purpose, MissingStream, step, samples * batch, _p).view(samples, batch, _p)));
        var missing = 1 - r;
        var completed = x.add(missing.mul(drawn));

        var views = _mask.Views(trainable: true);
        var logits = completed.mul(views[0]).add(views[1]);
        var mask = r.mul(logits.log_sigmoid()).add(missing.mul(logits.neg().log_sigmoid())).sum(2);
        var observed = x.sub(mean).square().div(variance).add(variance.log()).add(LogTwoPi).mul(r).sum(2).mul(-0.5);
        var prior = z.square().sum(2).mul(-0.5);
        var proposal = epsilon.square().mul(-0.5).sub(logSpread).sum(2);
        return (mask.add(observed).add(prior).sub(proposal), completed);
    }

    public void Dispose()
    {
        foreach (var (_, moments) in _moving) moments.Dispose();
        _generator.Dispose();
        _encoder.Dispose();
        _mask.Dispose();
    }
}
