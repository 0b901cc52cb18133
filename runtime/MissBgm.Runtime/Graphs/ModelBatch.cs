using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Graphs;

/// <summary>
/// A MissBGM model's densities bound to N rows: z given x and the missing values given z (MissBGM Eqs. 5, 7 and 12). Rows are independent.
/// </summary>
internal sealed class ModelBatch : IDisposable
{
    private readonly GraphCall _generator;

    /// <summary>Binds all graphs to one set of buffers.</summary>
    /// <param name="sessions">The worker's sessions.</param>
    /// <param name="observed">r, row-major [N, p].</param>
    /// <param name="latentDimension">d.</param>
    /// <param name="columns">p.</param>
    /// <param name="beta">Temperature of the mask term (Eq. 8).</param>
    internal ModelBatch(ModelSessions sessions, float[] observed, int latentDimension, int columns, double beta)
    {
        (Rows, LatentDimension, Columns, Observed) = (observed.Length / columns, latentDimension, columns, observed);
        Completed = new float[Rows * columns];
        Mean = new float[Rows * columns];
        Variance = new float[Rows * columns];
        Latent = new GraphDensity(Rows, latentDimension, density => sessions.Bind(
            GraphFiles.LatentGradient,
            new("z", density.Position, Rows, latentDimension),
            new("x", Completed, Rows, columns),
            new("log_density", density.LogDensity, Rows),
            new("gradient", density.Gradient, Rows, latentDimension)));
        Missing = new GraphDensity(Rows, columns, density => sessions.Bind(
            GraphFiles.MissingGradient,
            new("x", density.Position, Rows, columns),
            new("mean", Mean, Rows, columns),
            new("variance", Variance, Rows, columns),
            new("observed", observed, Rows, columns),
            new("beta", [(float)beta]),
            new("log_density", density.LogDensity, Rows),
            new("gradient", density.Gradient, Rows, columns)));
        _generator = sessions.Bind(
            GraphFiles.Generator,
            new("z", Latent.Position, Rows, latentDimension),
            new("mean", Mean, Rows, columns),
            new("variance", Variance, Rows, columns));
    }

    internal int Rows { get; }

    internal int LatentDimension { get; }

    internal int Columns { get; }

    /// <summary>r, row-major [N, p].</summary>
    internal float[] Observed { get; }

    /// <summary>x that the latent density is conditioned on, row-major [N, p].</summary>
    internal float[] Completed { get; }

    /// <summary>mu(z) that the missing values' density is conditioned on, row-major [N, p].</summary>
    internal float[] Mean { get; }

    /// <summary>sigma^2(z) that the missing values' density is conditioned on, row-major [N, p].</summary>
    internal float[] Variance { get; }

    /// <summary>log p(z | x), Eq. 6.</summary>
    internal GraphDensity Latent { get; }

    /// <summary>log p(x_mis | z, x_obs, r) with the mask term tempered by beta, Eq. 8.</summary>
    internal GraphDensity Missing { get; }

    /// <summary>Computes <see cref="Mean"/> and <see cref="Variance"/> at given latent variables, row-major [N, d].</summary>
    internal void Generate(float[] latent)
    {
        latent.CopyTo(Latent.Position, 0);
        _generator.Run();
    }

    public void Dispose()
    {
        Latent.Dispose();
        Missing.Dispose();
        _generator.Dispose();
    }
}

/// <summary>A log density and its gradient computed by a graph.</summary>
internal sealed class GraphDensity : IBatchDensity, IDisposable
{
    private readonly GraphCall _call;

    internal GraphDensity(int rows, int dimension, Func<GraphDensity, GraphCall> bind)
    {
        (Rows, Dimension) = (rows, dimension);
        Position = new float[rows * dimension];
        Gradient = new float[rows * dimension];
        LogDensity = new float[rows];
        _call = bind(this);
    }

    public int Rows { get; }

    public int Dimension { get; }

    public float[] Position { get; }

    public float[] LogDensity { get; }

    public float[] Gradient { get; }

    public void Evaluate() => _call.Run();

    public void Dispose() => _call.Dispose();
}
