using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper.Networks;
using MissBgm.Trainer.Running;
using MissBgm.Trainer.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Steps;

/// <summary>
/// One mini-batch of Algorithm 1: K alternations of a step on z (Eq. 6) and a step on x_mis (Eq. 8), then one step on theta and one on phi
/// (Eq. 9). Losses are means over the batch divided by p (Appendix E.3).
/// </summary>
/// <remarks>
/// As in the authors' missbgm.py, batch normalisation of z uses the batch's statistics in theta's step and the moving ones everywhere else, and
/// the L2 penalty of Appendix E.1 is left out: the authors' layers declare it, but their losses never add it.
/// </remarks>
internal sealed class AlternatingStep : IDisposable
{
    private readonly MissBgmModel _model;
    private readonly int _innerSteps;
    private readonly Adam _latentAdam;
    private readonly Adam _missingAdam;
    private readonly RowSteps _rows;
    private readonly Adam _generatorAdam;
    private readonly Adam _maskAdam;
    private readonly Noise _noise;
    private readonly double _klWeight;
    private readonly double _clip;
    private readonly double _latentNoise;
    private readonly Scalar _latentNoiseScale;
    private readonly Moments _generatorMoments;
    private readonly Moments _maskMoments;

    /// <param name="model">The networks.</param>
    /// <param name="config">Hyper-parameters.</param>
    /// <param name="batches">Batches of the whole fit.</param>
    /// <param name="noise">Draws around z.</param>
    /// <param name="levels">Draws missing levels; null for a table without.</param>
    public AlternatingStep(MissBgmModel model, PaperConfig config, long batches, Noise noise, MissingLevels? levels)
    {
        RateSchedule Rate(double start, int stepsPerBatch) => new(start, start * config.LrDecay, batches * stepsPerBatch);
        _model = model;
        _innerSteps = config.NInnerSteps;
        _latentAdam = new Adam(Rate(config.LrZ, config.NInnerSteps), 0.9, 0.99);
        _missingAdam = new Adam(Rate(config.LrX, config.NInnerSteps), 0.9, 0.99);
        _rows = new RowSteps(model, _latentAdam, _missingAdam, config.Beta, config.Posterior.ClipGradNorm, levels);
        _generatorAdam = new Adam(Rate(config.LrTheta, 1), 0.9, 0.99);
        _maskAdam = new Adam(Rate(config.LrPhi, 1), 0.9, 0.99);
        (_noise, _latentNoise, _latentNoiseScale) = (noise, config.LatentNoise, config.LatentNoise);
        (_klWeight, _clip) = (config.KlWeight, config.ClipTheta);
        _generatorMoments = Moments.For(model.Generator.Parameters.Values);
        _maskMoments = Moments.For(model.Mask.Parameters.Values);
    }

    /// <summary>Where the time goes; null to leave it unmeasured.</summary>
    public StepProfile? Profile
    {
        get => _rows.Profile;
        set => _rows.Profile = value;
    }

    /// <summary>Moves a batch's rows and the networks.</summary>
    /// <param name="batch">The rows, changed in place.</param>
    /// <param name="step">Batches completed before this one, over all epochs.</param>
    /// <returns>The losses before each last step.</returns>
    public BatchLosses Run(RowBatch batch, long step)
    {
        using var scope = NewDisposeScope();
        using Scalar scale = 1.0 / batch.Observed.numel();
        _model.DrawWeights(WeightStage.Fit, step);
        var (latent, missing) = _rows.Run(batch, _innerSteps, step * _innerSteps);
        var generator = StepGenerator(batch, step, scale);
        var mask = StepMask(batch, step, scale);
        return new BatchLosses(latent, missing, generator, mask);
    }

    /// <summary>Lets rows catch up with the batches they were not in (<see cref="Adam.Coast"/>).</summary>
    /// <param name="latent">z of the rows, changed in place.</param>
    /// <param name="completed">x of the rows, changed in place.</param>
    /// <param name="last">The batch each row was in, counted over all epochs.</param>
    /// <param name="next">The batch each row is in next.</param>
    public void Coast(RowState latent, RowState completed, IEnumerable<long> last, IEnumerable<long> next)
    {
        long[] lastSteps = [.. last.Select(batch => (batch + 1) * _innerSteps)];
        long[] nextSteps = [.. next.Select(batch => batch * _innerSteps + 1)];
        _latentAdam.Coast(latent.Values, latent.Moments, lastSteps, nextSteps);
        _missingAdam.Coast(completed.Values, completed.Moments, lastSteps, nextSteps);
    }

    /// <summary>Everything that moves beside the model, by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() => [.. _generatorMoments.State("theta"), .. _maskMoments.State("phi")];

    public void Dispose()
    {
        _generatorMoments.Dispose();
        _maskMoments.Dispose();
    }

    private double StepGenerator(RowBatch batch, long step, Scalar scale)
    {
        Profile?.Start();
        var parameters = _model.Generator.Parameters;
        parameters.Gradient.zero_();
        var loss = Energies.Data(batch.Completed.Values, _model.Generator.Forward(Blurred(batch.Latent.Values, step), ForwardMode.Training)).mul(scale);
        loss.backward();
        var divergence = Divergence(parameters);
        // A step of a batch with small variances can throw the network off for good.
        if (_clip > 0) GradientNorm.Clip(parameters.Gradient, _clip);
        _generatorAdam.Step(parameters.Values, parameters.Gradient, _generatorMoments, step + 1);
        var value = loss.ToDouble() + divergence;
        Profile?.Stop(StepKind.Generator);
        return value;
    }

    private Tensor Blurred(Tensor z, long step)
        => _latentNoise == 0 ? z : z.add(_noise.Normal(RandomPurpose.LatentNoise, 1, step, (int)z.shape[0], (int)z.shape[1]), _latentNoiseScale);

    // tau KL(q || prior) of Eq. 10, normalised by p as the batch's losses are.
    private double Divergence(ParameterBuffer parameters) => parameters.Posterior?.AddDivergence(_klWeight / _model.Generator.Layout.Columns) ?? 0;

    private double StepMask(RowBatch batch, long step, Scalar scale)
    {
        var parameters = _model.Mask.Parameters;
        parameters.Gradient.zero_();
        var loss = Energies.Mask(_model.Mask.Forward(batch.Completed.Values, trainable: true), batch.Observed).mul(scale);
        loss.backward();
        var divergence = Divergence(parameters);
        _maskAdam.Step(parameters.Values, parameters.Gradient, _maskMoments, step + 1);
        var value = loss.ToDouble() + divergence;
        Profile?.Stop(StepKind.Mask);
        return value;
    }
}
