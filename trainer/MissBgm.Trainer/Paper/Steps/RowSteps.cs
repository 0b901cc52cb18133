using MissBgm.Trainer.Paper.Networks;
using MissBgm.Trainer.Running;
using MissBgm.Trainer.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Steps;

/// <summary>The rows of a mini-batch.</summary>
/// <param name="Latent">z, [B, d].</param>
/// <param name="Completed">Encoded x, [B, c + L]; observed cells hold the data.</param>
/// <param name="Observed">r, [B, p].</param>
/// <param name="Missing">1 - r of the continuous columns and 0 in the others, [B, c + L]: what gradient steps move.</param>
/// <param name="MissingLevels">1 - r in the places of the discrete columns, [B, L]; null when there are none.</param>
internal readonly record struct RowBatch(RowState Latent, RowState Completed, Tensor Observed, Tensor Missing, Tensor? MissingLevels = null);

/// <summary>Steps (i) and (ii) of Algorithm 1: alternations of a step on z (Eq. 6) and a step on x_mis (Eq. 8), the networks fixed.</summary>
/// <param name="model">The networks.</param>
/// <param name="latentAdam">Moves z.</param>
/// <param name="missingAdam">Moves x_mis.</param>
/// <param name="beta">Weight of the mask network's term.</param>
/// <param name="clip">Largest norm of a batch's gradient.</param>
/// <param name="levels">Draws missing levels; null for a table without.</param>
internal sealed class RowSteps(MissBgmModel model, Adam latentAdam, Adam missingAdam, double beta, double clip, MissingLevels? levels = null)
{
    private readonly Scalar _beta = beta;

    /// <summary>Where the time goes; null to leave it unmeasured.</summary>
    public StepProfile? Profile { get; set; }

    /// <summary>Moves a batch's rows.</summary>
    /// <param name="batch">The rows, changed in place.</param>
    /// <param name="alternations">Number of alternations, K.</param>
    /// <param name="stepsBefore">Steps these values have made before, sat out ones included.</param>
    /// <returns>The losses before the last step.</returns>
    public (double Latent, double Missing) Run(RowBatch batch, int alternations, long stepsBefore)
    {
        using Scalar scale = 1.0 / batch.Observed.numel();
        levels?.Draw(batch, stepsBefore);
        var z = batch.Latent.Values.detach().requires_grad_();
        var x = batch.Completed.Values.detach().requires_grad_();
        var (latent, missing) = (0.0, 0.0);
        var output = model.Generator.Forward(z, ForwardMode.Inference);
        for (var k = 1; k <= alternations; k++)
        {
            Profile?.Start();
            latent = Descend(LatentLoss(z, x.detach(), output).mul(scale), z, null, batch.Latent.Moments, latentAdam, stepsBefore + k);
            Profile?.Stop(StepKind.Latent);

            // One pass through the generator serves this x step and the next z step, which see the same z.
            output = k < alternations ? model.Generator.Forward(z, ForwardMode.Inference) : WithoutGradient(z);
            var fixedOutput = output.Detach();
            missing = Descend(MissingLoss(x, fixedOutput, batch.Observed).mul(scale), x, batch.Missing, batch.Completed.Moments, missingAdam, stepsBefore + k);
            Profile?.Stop(StepKind.Missing);
        }

        return (latent, missing);
    }

    /// <summary>Eq. 6, summed over the batch.</summary>
    internal static Tensor LatentLoss(Tensor z, Tensor x, GeneratorOutput output) => Energies.Data(x, output).add(Energies.Prior(z));

    /// <summary>Eq. 8, summed over the batch.</summary>
    internal Tensor MissingLoss(Tensor x, GeneratorOutput output, Tensor observed)
        => Energies.Data(x, output).add(Energies.Mask(model.Mask.Forward(x, trainable: false), observed), _beta);

    private GeneratorOutput WithoutGradient(Tensor z)
    {
        using var off = no_grad();
        return model.Generator.Forward(z, ForwardMode.Inference);
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

        GradientNorm.Clip(gradient, clip);
        adam.Step(values, gradient, moments, step);
        return loss.ToDouble();
    }
}
