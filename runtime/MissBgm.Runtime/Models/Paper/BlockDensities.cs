using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>
/// A MissBGM model's two conditional densities bound to N rows: z given x and the missing values given z (MissBGM Eqs. 5, 7 and 12), for
/// updates in alternation. Rows are independent.
/// </summary>
internal sealed class BlockDensities : IDisposable
{
    /// <summary>Binds all graphs to one set of buffers.</summary>
    /// <param name="sessions">The worker's sessions.</param>
    /// <param name="observed">r, row-major [N, p].</param>
    /// <param name="latentDimension">d.</param>
    /// <param name="columns">p.</param>
    /// <param name="beta">Temperature of the mask term (Eq. 8).</param>
    /// <param name="levels">L, the sum of the discrete columns' levels.</param>
    internal BlockDensities(ModelSessions sessions, float[] observed, int latentDimension, int columns, double beta, int levels = 0)
    {
        (Rows, LatentDimension, Columns, Observed) = (observed.Length / columns, latentDimension, columns, observed);
        Completed = new float[Rows * columns];
        Generator = new GeneratorBatch(sessions, Rows, latentDimension, columns, levels);
        Latent = new GraphDensity(Rows, latentDimension, density => sessions.Bind(
            GraphFiles.LatentGradient,
            new("z", density.Position, Rows, latentDimension),
            new("x", Completed, Rows, columns),
            new("log_density", density.LogDensity, Rows),
            new("gradient", density.Gradient, Rows, latentDimension)));
        Missing = new GraphDensity(Rows, columns, density => sessions.Bind(
            GraphFiles.MissingGradient,
            [
                new("x", density.Position, Rows, columns),
                new("mean", Generator.Mean, Rows, columns),
                new("variance", Generator.Variance, Rows, columns),
                .. Generator.Bound(sessions, Rows, columns),
                new("observed", observed, Rows, columns),
                new("beta", [(float)beta]),
                new("log_density", density.LogDensity, Rows),
                new("gradient", density.Gradient, Rows, columns),
            ]));
    }

    internal int Rows { get; }

    internal int LatentDimension { get; }

    internal int Columns { get; }

    /// <summary>r, row-major [N, p].</summary>
    internal float[] Observed { get; }

    /// <summary>x that the latent density is conditioned on, row-major [N, p].</summary>
    internal float[] Completed { get; }

    /// <summary>mu(z) and sigma^2(z) that the missing values' density is conditioned on.</summary>
    internal GeneratorBatch Generator { get; }

    /// <summary>log p(z | x), Eq. 6.</summary>
    internal GraphDensity Latent { get; }

    /// <summary>log p(x_mis | z, x_obs, r) with the mask term tempered by beta, Eq. 8.</summary>
    internal GraphDensity Missing { get; }

    public void Dispose()
    {
        Latent.Dispose();
        Missing.Dispose();
        Generator.Dispose();
    }
}
