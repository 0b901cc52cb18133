using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>
/// Finds the mode of z and the missing values of rows that the fit has not seen, until each row has converged (MissBGM Section 4.3,
/// "warm-start by MAP"): ascends the density that is sampled (Eq. 11) in z and the noise that makes a missing number of z, as mean + s.d. *
/// noise.
/// </summary>
/// <remarks>
/// A mode depends on the coordinates. In z and the values themselves, the coordinates of steps (i) and (ii) of Algorithm 1, it lies where
/// the generator is surest of what is missing, and a network is sure of something at places far from all rows. The paper's 90 steps of at
/// most 0.002 do not get there from their start; a refinement that converges does.
/// </remarks>
/// <param name="density">The density bound to the rows.</param>
/// <param name="settings">Rates, passes and clipping.</param>
/// <param name="levels">Moves missing levels; null for a table without.</param>
internal sealed class MapRefiner(PosteriorDensity density, InferenceSettings settings, LevelRefiner? levels = null)
{
    /// <summary>Refines in place; the completed rows are then the density's <see cref="PosteriorDensity.Derived"/>.</summary>
    /// <param name="latent">z, row-major [N, d].</param>
    /// <param name="cancellation">Checked before each pass.</param>
    internal void Refine(float[] latent, CancellationToken cancellation)
    {
        var d = latent.Length / density.Rows;
        var z = new RowAdam(latent, d, settings.LatentLearningRate, settings.GradientClip);
        var noise = new RowAdam(new float[density.Derived.Length], density.Dimension - d, settings.MissingLearningRate, settings.GradientClip);
        var (latentGradient, noiseGradient) = (new float[latent.Length], new float[density.Derived.Length]);
        var steps = 10 * settings.InnerSteps;
        var converged = false;
        Choose(z, noise);
        for (var pass = 0; pass < settings.MapEpochs && !converged; pass++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var step = 0; step < steps; step++)
            {
                Evaluate(z, noise);
                RowMajor.Split(density.Gradient, latentGradient, noiseGradient, density.Rows);
                levels?.Hold(z.Value, latentGradient, noiseGradient);
                z.Step(latentGradient);
                noise.Step(noiseGradient);
            }

            Choose(z, noise);
            converged = !z.EndPass(steps).Concat(noise.EndPass(steps)).Contains(false);
        }
    }

    // Levels are chosen at the completed numbers, and the completed rows hold them thereafter.
    private void Choose(RowAdam z, RowAdam noise)
    {
        Evaluate(z, noise);
        if (levels is null) return;
        levels.Choose(z.Value, density.Derived, noise.Value);
        Evaluate(z, noise);
    }

    private void Evaluate(RowAdam z, RowAdam noise)
    {
        RowMajor.Join(z.Value, noise.Value, density.Position, density.Rows);
        density.Evaluate();
    }
}
