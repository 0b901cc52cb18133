using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper.Networks;
using MissBgm.Trainer.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Steps;

/// <summary>
/// The warm start by encoding generative modelling (Appendix E.2; Liu et al., 2024): the encoder and the generator learn to invert each other
/// (cycle consistency) while discriminators push e(x) towards N(0, I) and g(z) towards the data.
/// </summary>
/// <remarks>
/// The paper leaves the losses open; they are those of the authors' base.py: least-squares GAN targets 0.9 and 0.1, weight 10 on both cycles, one
/// discriminator and one generator-encoder step per iteration, each on a batch of its own, x drawn from its Gaussian rather than
/// taken at its mean, Adam(0.5, 0.9), batch norm in training mode throughout. The authors' loop makes n_iter + 1 iterations; here there are
/// n_iter, as the paper says.
/// Levels, of which neither knows, are relaxed draws as in CTGAN (Xu et al. 2019): Gumbel-softmax (Jang et al. 2017) at temperature 0.2.
/// </remarks>
internal sealed class WarmStart : IDisposable
{
    private static readonly Scalar Real = 0.9;
    private static readonly Scalar Fake = 0.1;
    private static readonly Scalar Half = 0.5;
    private static readonly Scalar CycleWeight = 10.0;
    private static readonly Scalar Temperature = 0.2;
    private const int LevelStream = 10;
    private readonly MissBgmModel _model;
    private readonly Discriminator _latentDiscriminator;
    private readonly Discriminator _dataDiscriminator;
    private readonly Adam _adam;
    private readonly (string Name, ParameterBuffer Parameters, Moments Moments)[] _networks;
    private readonly int _batchSize;
    private readonly int _latentDimension;
    private readonly EndlessBatches _batches;
    private readonly Noise _noise;
    private readonly LevelGroups? _groups;

    public WarmStart(MissBgmModel model, PaperConfig config, int rows, Philox random, Device device)
    {
        _model = model;
        _latentDiscriminator = new Discriminator(
            NetworkRole.LatentDiscriminator, model.LatentDimension, config.EgmInit.DzUnits, random, ScalarType.Float32, device);
        _dataDiscriminator = new Discriminator(
            NetworkRole.DataDiscriminator, model.Generator.Layout.Width, config.EgmInit.DxUnits, random, ScalarType.Float32, device);
        _adam = new Adam(config.EgmInit.Lr, 0.5, 0.9);
        _networks =
        [
            Optimised("dz", _latentDiscriminator.Parameters),
            Optimised("dx", _dataDiscriminator.Parameters),
            Optimised("theta", model.Generator.Parameters),
            Optimised("encoder", model.Encoder.Parameters),
        ];
        (_batchSize, _latentDimension) = (config.BatchSize, model.LatentDimension);
        _batches = new EndlessBatches(random, rows, config.BatchSize);
        _noise = new Noise(random, device);
        _groups = model.Generator.Layout.Discrete.Count == 0 ? null : new LevelGroups(model.Generator.Layout, device);
    }

    /// <summary>One iteration.</summary>
    /// <param name="data">Completed standardised rows, [n, p].</param>
    /// <param name="iteration">From 0.</param>
    /// <returns>Loss of the discriminators and of generator and encoder.</returns>
    public (double Discriminators, double EncoderGenerator) Step(Tensor data, long iteration)
    {
        using var scope = NewDisposeScope();
        _model.DrawWeights(WeightStage.WarmStart, iteration);
        var discriminators = StepDiscriminators(Batch(data, 2 * iteration), Draw(1, iteration), iteration);
        var encoderGenerator = StepGenerator(Batch(data, 2 * iteration + 1), Draw(2, iteration), iteration);
        return (discriminators, encoderGenerator);
    }

    /// <summary>Everything that moves beside the model, by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() =>
    [
        ("dz", _latentDiscriminator.Parameters.Values),
        ("dx", _dataDiscriminator.Parameters.Values),
        .. _networks.SelectMany(network => network.Moments.State($"warm_start.{network.Name}")),
    ];

    public void Dispose()
    {
        _latentDiscriminator.Dispose();
        _dataDiscriminator.Dispose();
        _groups?.Dispose();
        foreach (var (_, _, moments) in _networks)
        {
            moments.Dispose();
        }
    }

    private static (string Name, ParameterBuffer Parameters, Moments Moments) Optimised(string name, ParameterBuffer parameters)
        => (name, parameters, Moments.For(parameters.Values));

    private double StepDiscriminators(Tensor x, Tensor z, long iteration)
    {
        Tensor fakeX, fakeZ;
        using (no_grad())
        {
            fakeZ = _model.Encoder.Forward(x, trainable: false);
            fakeX = Sample(_model.Generator.Forward(z, new ForwardMode(Trainable: false, BatchStatistics: true)), 3, iteration);
        }

        var loss = DiscriminatorLoss(_latentDiscriminator, z, fakeZ).add(DiscriminatorLoss(_dataDiscriminator, x, fakeX));
        return Descend(loss, iteration, _networks.AsSpan(0, 2));
    }

    private double StepGenerator(Tensor x, Tensor z, long iteration)
    {
        var fakeX = Sample(_model.Generator.Forward(z, ForwardMode.Training), 4, iteration);
        var fakeZ = _model.Encoder.Forward(x, trainable: true);
        var cycledZ = _model.Encoder.Forward(fakeX, trainable: true);
        var cycledX = Sample(_model.Generator.Forward(fakeZ, ForwardMode.Training), 5, iteration);
        var cycle = x.sub(cycledX).square().mean().add(z.sub(cycledZ).square().mean());
        var adversarial = Distance(_dataDiscriminator.Forward(fakeX, trainable: false), Real)
            .add(Distance(_latentDiscriminator.Forward(fakeZ, trainable: false), Real));
        return Descend(adversarial.add(cycle, CycleWeight), iteration, _networks.AsSpan(2, 2));
    }

    private double Descend(Tensor loss, long iteration, ReadOnlySpan<(string Name, ParameterBuffer Parameters, Moments Moments)> networks)
    {
        foreach (var (_, parameters, _) in networks)
        {
            parameters.Gradient.zero_();
        }

        loss.backward();
        foreach (var (_, parameters, moments) in networks)
        {
            _adam.Step(parameters.Values, parameters.Gradient, moments, iteration + 1);
        }

        return loss.ToDouble();
    }

    private static Tensor DiscriminatorLoss(Discriminator discriminator, Tensor real, Tensor fake)
        => Distance(discriminator.Forward(real, trainable: true), Real).add(Distance(discriminator.Forward(fake, trainable: true), Fake)).mul(Half);

    private static Tensor Distance(Tensor score, Scalar target) => score.sub(target).square().mean();

    // x ~ N(mean, variance), differentiable in both, and levels likewise.
    private Tensor Sample(GeneratorOutput output, int stream, long iteration)
    {
        var noise = _noise.Normal(RandomPurpose.WarmStart, stream, iteration, _batchSize, _model.Generator.Layout.Continuous);
        var cells = output.Mean.add(output.Variance.sqrt().mul(noise));
        if (output.Factor is { } factor)
        {
            var common = _noise.Normal(RandomPurpose.WarmStart, stream + 3, iteration, _batchSize, (int)factor.shape[2]);
            cells = cells.add(factor.matmul(common.unsqueeze(2)).squeeze(2));
        }

        if (output.LogProbabilities is not { } levels) return cells;
        var gumbel = _noise.Gumbel(RandomPurpose.WarmStart, LevelStream + stream, iteration, _batchSize, _model.Generator.Layout.Levels);
        return cat([cells, _groups!.Flat(_groups.Pad(levels.add(gumbel).div(Temperature)).softmax(2))], 1);
    }

    private Tensor Draw(int stream, long iteration) => _noise.Normal(RandomPurpose.WarmStart, stream, iteration, _batchSize, _latentDimension);

    private Tensor Batch(Tensor data, long batch)
        => data.index_select(0, tensor(_batches.Rows(batch), device: data.device));
}
