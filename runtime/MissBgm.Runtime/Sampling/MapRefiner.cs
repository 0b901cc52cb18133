using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;

namespace MissBgm.Runtime.Sampling;

/// <summary>
/// Finds the joint mode of z and the missing values by alternating steps (i) and (ii) of MissBGM's Algorithm 1 (Section 4.3, "warm-start by MAP"),
/// until each row has converged.
/// </summary>
/// <param name="batch">The model bound to the rows.</param>
/// <param name="settings">Rates, passes and clipping.</param>
internal sealed class MapRefiner(ModelBatch batch, InferenceSettings settings)
{
    /// <summary>Refines in place.</summary>
    /// <param name="latent">z, row-major [N, d].</param>
    /// <param name="completed">x with the observed values in place, row-major [N, p].</param>
    /// <param name="cancellation">Checked before each pass.</param>
    internal void Refine(float[] latent, float[] completed, CancellationToken cancellation)
    {
        var z = new RowAdam(latent, batch.LatentDimension, settings.LatentLearningRate, settings.GradientClip);
        var x = new RowAdam(completed, batch.Columns, settings.MissingLearningRate, settings.GradientClip);
        var steps = 10 * settings.InnerSteps;
        for (var pass = 0; pass < settings.MapEpochs; pass++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var step = 0; step < steps; step++) Alternate(z, x);
            if (!z.EndPass(steps).Concat(x.EndPass(steps)).Contains(false)) return;
        }
    }

    private void Alternate(RowAdam z, RowAdam x)
    {
        x.Value.CopyTo(batch.Completed, 0);
        z.Value.CopyTo(batch.Latent.Position, 0);
        batch.Latent.Evaluate();
        z.Step(batch.Latent.Gradient);

        batch.Generate(z.Value);
        x.Value.CopyTo(batch.Missing.Position, 0);
        batch.Missing.Evaluate();
        x.Step(batch.Missing.Gradient);
    }
}
