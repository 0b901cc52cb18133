using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>
/// Where the chains of a batch start: the first at the mode, the others a prior standard deviation away from it in z, which is more than
/// the posterior's, with missing values drawn given that z.
/// </summary>
/// <param name="Observed">r, row-major [N, p].</param>
/// <param name="Latent">z, row-major [N, d].</param>
/// <param name="Completed">x, row-major [N, p].</param>
/// <param name="Mean">mu(z), row-major [N, p].</param>
/// <param name="Variance">sigma^2(z), row-major [N, p].</param>
/// <param name="LogProbabilities">log p(level | z), row-major [N, L].</param>
internal sealed record ChainStarts(float[] Observed, float[] Latent, float[] Completed, float[] Mean, float[] Variance, float[] LogProbabilities)
{
    /// <summary>Disperses the chains about the rows' modes.</summary>
    internal static ChainStarts Disperse(Model model, StackedRows rows, StartingPoint mode)
    {
        var observed = RowMajor.Repeat(mode.Observed, rows.Chains);
        var latent = RowMajor.Repeat(mode.Latent, rows.Chains);
        var completed = RowMajor.Repeat(mode.Completed, rows.Chains);
        var latentNoise = new float[latent.Length];
        var noise = new float[completed.Length];
        rows.Normals(latentNoise, RandomPurpose.Initialisation, 0);
        rows.Normals(noise, RandomPurpose.Initialisation, 1);
        for (var i = mode.Latent.Length; i < latent.Length; i++) latent[i] += latentNoise[i];
        using var generator = new GeneratorBatch(model.Sessions, rows.Count, model.LatentDimension, model.Columns, model.Levels);
        generator.Run(latent);
        for (var i = mode.Completed.Length; i < completed.Length; i++)
        {
            if (observed[i] == 0) completed[i] = generator.Mean[i] + MathF.Sqrt(generator.Variance[i]) * noise[i];
        }

        foreach (var (column, start, count) in model.Groups)
        {
            for (var row = mode.Rows.Length; row < rows.Count; row++)
            {
                var cell = row * model.Columns + column;
                if (observed[cell] != 0) continue;
                completed[cell] = LevelQuantile.Level(generator.LogProbabilities.AsSpan(row * model.Levels + start, count), noise[cell]);
            }
        }

        return new ChainStarts(observed, latent, completed, generator.Mean, generator.Variance, generator.LogProbabilities);
    }

    /// <summary>
    /// The missing values standardised by their mean and variance given z, levels as normal quantiles; 0 on observed cells; row-major [N,
    /// p].
    /// </summary>
    internal float[] Noise(Model model)
    {
        var noise = new float[Completed.Length];
        for (var i = 0; i < noise.Length; i++) noise[i] = Observed[i] == 0 ? (Completed[i] - Mean[i]) / MathF.Sqrt(Variance[i]) : 0;
        foreach (var (column, start, count) in model.Groups)
        {
            for (var row = 0; row < noise.Length / model.Columns; row++)
            {
                var cell = row * model.Columns + column;
                if (Observed[cell] == 0) noise[cell] = LevelQuantile.Normal(LogProbabilities.AsSpan(row * model.Levels + start, count), (int)Completed[cell]);
            }
        }

        return noise;
    }
}
