using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Densities;
using MissBgm.Trainer.Networks;
using MissBgm.Trainer.Optimisation;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Fitting;

/// <summary>The rows of a mini-batch.</summary>
/// <param name="Latent">z, [B, d].</param>
/// <param name="Completed">x, [B, p]; observed cells hold the data.</param>
/// <param name="Observed">r, [B, p].</param>
/// <param name="Missing">1 - r, [B, p].</param>
internal readonly record struct RowBatch(RowState Latent, RowState Completed, Tensor Observed, Tensor Missing);

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
    private readonly double _clip;
    private readonly Scalar _beta;
    private readonly Adam _latentAdam;
    private readonly Adam _missingAdam;
    private readonly Adam _generatorAdam;
    private readonly Adam _maskAdam;
    private readonly Moments _generatorMoments;
    private readonly Moments _maskMoments;

    public AlternatingStep(MissBgmModel model, FitConfig config)
    {
        _model = model;
        _innerSteps = config.NInnerSteps;
        _clip = config.Posterior.ClipGradNorm;
        _beta = config.Beta;
        _latentAdam = new Adam(config.LrZ, 0.9, 0.99);
        _missingAdam = new Adam(config.LrX, 0.9, 0.99);
        _generatorAdam = new Adam(config.LrTheta, 0.9, 0.99);
        _maskAdam = new Adam(config.LrPhi, 0.9, 0.99);
        _generatorMoments = Moments.For(model.Generator.Parameters.Values);
        _maskMoments = Moments.For(model.Mask.Parameters.Values);
    }

    /// <summary>Where the time goes; null to leave it unmeasured.</summary>
    public StepProfile? Profile { get; set; }

    /// <summary>Moves a batch's rows and the networks.</summary>
    /// <param name="batch">The rows, changed in place.</param>
    /// <param name="step">Batches completed before this one, over all epochs.</param>
    /// <returns>The losses before each last step.</returns>
    public BatchLosses Run(RowBatch batch, long step)
    {
        using var scope = NewDisposeScope();
        using Scalar scale = 1.0 / batch.Observed.numel();
        var (latent, missing) = StepRows(batch, step, scale);
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
    public IEnumerable<(string Name, Tensor Value)> State() =>
    [
        ("theta.first_moment", _generatorMoments.First),
        ("theta.second_moment", _generatorMoments.Second),
        ("phi.first_moment", _maskMoments.First),
        ("phi.second_moment", _maskMoments.Second),
    ];

    public void Dispose()
    {
        _generatorMoments.Dispose();
        _maskMoments.Dispose();
    }

    private (double Latent, double Missing) StepRows(RowBatch batch, long step, Scalar scale)
    {
        var z = batch.Latent.Values.detach().requires_grad_();
        var x = batch.Completed.Values.detach().requires_grad_();
        var (latent, missing) = (0.0, 0.0);
        var output = _model.Generator.Forward(z, ForwardMode.Inference);
        for (var inner = 1; inner <= _innerSteps; inner++)
        {
            var localStep = step * _innerSteps + inner;
            Profile?.Start();
            latent = Descend(LatentLoss(z, x.detach(), output).mul(scale), z, null, batch.Latent.Moments, _latentAdam, localStep);
            Profile?.Stop(StepKind.Latent);

            // One pass through the generator serves this x step and the next z step, which see the same z.
            output = inner < _innerSteps ? _model.Generator.Forward(z, ForwardMode.Inference) : WithoutGradient(z);
            var fixedOutput = new GaussianOutput(output.Mean.detach(), output.Variance.detach());
            missing = Descend(MissingLoss(x, fixedOutput, batch.Observed).mul(scale), x, batch.Missing, batch.Completed.Moments, _missingAdam, localStep);
            Profile?.Stop(StepKind.Missing);
        }

        return (latent, missing);
    }

    /// <summary>Eq. 6, summed over the batch.</summary>
    internal static Tensor LatentLoss(Tensor z, Tensor x, GaussianOutput output) => Energies.Data(x, output).add(Energies.Prior(z));

    /// <summary>Eq. 8, summed over the batch.</summary>
    internal Tensor MissingLoss(Tensor x, GaussianOutput output, Tensor observed)
        => Energies.Data(x, output).add(Energies.Mask(_model.Mask.Forward(x, trainable: false), observed), _beta);

    private GaussianOutput WithoutGradient(Tensor z)
    {
        using var off = no_grad();
        return _model.Generator.Forward(z, ForwardMode.Inference);
    }

    // Observed cells have gradient zero, so their moments stay zero and their values never move.
    private double Descend(Tensor loss, Tensor values, Tensor? movable, Moments moments, Adam adam, long step)
    {
        var gradient = autograd.grad([loss], [values])[0];
        using var off = no_grad();
        if (movable is not null)
        {
            gradient.mul_(movable);
        }

        ClipByNorm(gradient);
        adam.Step(values, gradient, moments, step);
        return loss.ToDouble();
    }

    private void ClipByNorm(Tensor gradient)
    {
        var norm = gradient.norm().ToDouble();
        if (norm > _clip)
        {
            using Scalar shrink = _clip / norm;
            gradient.mul_(shrink);
        }
    }

    private double StepGenerator(RowBatch batch, long step, Scalar scale)
    {
        Profile?.Start();
        var parameters = _model.Generator.Parameters;
        parameters.Gradient.zero_();
        var loss = Energies.Data(batch.Completed.Values, _model.Generator.Forward(batch.Latent.Values, ForwardMode.Training)).mul(scale);
        loss.backward();
        _generatorAdam.Step(parameters.Values, parameters.Gradient, _generatorMoments, step + 1);
        var value = loss.ToDouble();
        Profile?.Stop(StepKind.Generator);
        return value;
    }

    private double StepMask(RowBatch batch, long step, Scalar scale)
    {
        var parameters = _model.Mask.Parameters;
        parameters.Gradient.zero_();
        var loss = Energies.Mask(_model.Mask.Forward(batch.Completed.Values, trainable: true), batch.Observed).mul(scale);
        loss.backward();
        _maskAdam.Step(parameters.Values, parameters.Gradient, _maskMoments, step + 1);
        var value = loss.ToDouble();
        Profile?.Stop(StepKind.Mask);
        return value;
    }
}
