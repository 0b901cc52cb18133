using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;

namespace MissBgm.Runtime.Sampling;

/// <summary>
/// Finds the joint mode of z and the missing values by alternating steps (i) and (ii) of MissBGM's Algorithm 1 (Section 4.3, "warm-start by MAP"),
/// until each row has converged.
/// </summary>
/// <param name="densities">The model bound to the rows.</param>
/// <param name="settings">Rates, passes and clipping.</param>
/// <param name="levels">Moves missing levels; null for a table without.</param>
internal sealed class MapRefiner(BlockDensities densities, InferenceSettings settings, DiscreteModes? levels = null)
{
    /// <summary>Refines in place.</summary>
    /// <param name="latent">z, row-major [N, d].</param>
    /// <param name="completed">x with the observed values in place, row-major [N, p].</param>
    /// <param name="cancellation">Checked before each pass.</param>
    internal void Refine(float[] latent, float[] completed, CancellationToken cancellation)
    {
        var z = new RowAdam(latent, densities.LatentDimension, settings.LatentLearningRate, settings.GradientClip);
        var x = new RowAdam(completed, densities.Columns, settings.MissingLearningRate, settings.GradientClip);
        var steps = 10 * settings.InnerSteps;
        for (var pass = 0; pass < settings.MapEpochs; pass++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var step = 0; step < steps; step++) Alternate(z, x);
            levels?.Maximise(x.Value, densities.Generator.LogProbabilities);
            if (!z.EndPass(steps).Concat(x.EndPass(steps)).Contains(false)) return;
        }
    }

    private void Alternate(RowAdam z, RowAdam x)
    {
        x.Value.CopyTo(densities.Completed, 0);
        z.Value.CopyTo(densities.Latent.Position, 0);
        densities.Latent.Evaluate();
        z.Step(densities.Latent.Gradient);

        densities.Generator.Run(z.Value);
        x.Value.CopyTo(densities.Missing.Position, 0);
        densities.Missing.Evaluate();
        x.Step(densities.Missing.Gradient);
    }
}
