using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>The generator bound to N rows: z to the mean and variance of x (MissBGM Eq. 2), and to the probabilities of levels.</summary>
internal sealed class GeneratorBatch : IDisposable
{
    private readonly GraphCall _call;

    internal GeneratorBatch(ModelSessions sessions, int rows, int latentDimension, int columns, int levels = 0)
    {
        Latent = new float[rows * latentDimension];
        Mean = new float[rows * columns];
        Variance = new float[rows * columns];
        Factor = new float[rows * columns * sessions.CovarianceRank];
        LogProbabilities = new float[rows * levels];
        _call = sessions.Bind(
            GraphFiles.Generator,
            [
                new("z", Latent, rows, latentDimension),
                new("mean", Mean, rows, columns),
                new("variance", Variance, rows, columns),
                .. Bound(sessions, rows, columns),
                .. levels == 0 ? Array.Empty<GraphTensor>() : [new("log_probabilities", LogProbabilities, rows, levels)],
            ]);
    }

    /// <summary>z, row-major [N, d].</summary>
    internal float[] Latent { get; }

    /// <summary>mu(z), row-major [N, p]; 0 in discrete columns.</summary>
    internal float[] Mean { get; }

    /// <summary>sigma^2(z), row-major [N, p]; 1 in discrete columns.</summary>
    internal float[] Variance { get; }

    /// <summary>The covariance's low-rank factor at z, row-major [N, p, r]; empty for a diagonal covariance.</summary>
    internal float[] Factor { get; }

    /// <summary>The factor as a graph's input or output; none for a diagonal covariance.</summary>
    internal GraphTensor[] Bound(ModelSessions sessions, int rows, int columns) =>
        sessions.CovarianceRank == 0 ? [] : [new("factor", Factor, rows, columns, sessions.CovarianceRank)];

    /// <summary>log p(level | z) of the discrete columns' levels, row-major [N, L].</summary>
    internal float[] LogProbabilities { get; }

    /// <summary>Computes the distribution of x at given latent variables.</summary>
    internal void Run(float[] latent)
    {
        latent.CopyTo(Latent, 0);
        _call.Run();
    }

    public void Dispose() => _call.Dispose();
}
