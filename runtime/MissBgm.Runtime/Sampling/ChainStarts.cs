using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Sampling;

/// <summary>
/// Where the chains of a batch start: the first at the mode, the others a prior standard deviation away from it in z, which is more than the
/// posterior's, with missing values drawn given that z.
/// </summary>
/// <param name="Observed">r, row-major [N, p].</param>
/// <param name="Latent">z, row-major [N, d].</param>
/// <param name="Completed">x, row-major [N, p].</param>
/// <param name="Mean">mu(z), row-major [N, p].</param>
/// <param name="Variance">sigma^2(z), row-major [N, p].</param>
internal sealed record ChainStarts(float[] Observed, float[] Latent, float[] Completed, float[] Mean, float[] Variance)
{
    /// <summary>Disperses the chains about the rows' modes.</summary>
    internal static ChainStarts Disperse(Model model, StackedRows rows, StartingPoint mode)
    {
        var observed = Repeat(mode.Observed, rows.Chains);
        var latent = Repeat(mode.Latent, rows.Chains);
        var completed = Repeat(mode.Completed, rows.Chains);
        var latentNoise = new float[latent.Length];
        var noise = new float[completed.Length];
        rows.Normals(latentNoise, RandomPurpose.Initialisation, 0);
        rows.Normals(noise, RandomPurpose.Initialisation, 1);
        for (var i = mode.Latent.Length; i < latent.Length; i++) latent[i] += latentNoise[i];
        using var generator = new GeneratorBatch(model.Sessions, rows.Count, model.LatentDimension, model.Columns);
        generator.Run(latent);
        for (var i = mode.Completed.Length; i < completed.Length; i++)
        {
            if (observed[i] == 0) completed[i] = generator.Mean[i] + MathF.Sqrt(generator.Variance[i]) * noise[i];
        }

        return new ChainStarts(observed, latent, completed, generator.Mean, generator.Variance);
    }

    /// <summary>The missing values standardised by their mean and variance given z, 0 on observed cells, row-major [N, p].</summary>
    internal float[] Noise()
    {
        var noise = new float[Completed.Length];
        for (var i = 0; i < noise.Length; i++) noise[i] = Observed[i] == 0 ? (Completed[i] - Mean[i]) / MathF.Sqrt(Variance[i]) : 0;
        return noise;
    }

    private static float[] Repeat(float[] values, int times)
    {
        var repeated = new float[values.Length * times];
        for (var i = 0; i < times; i++) values.CopyTo(repeated, i * values.Length);
        return repeated;
    }
}
