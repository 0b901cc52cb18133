using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>
/// log p(z, x_mis | x_obs, r) bound to N rows (MissBGM Eq. 11), with the missing values as mean + s.d. * noise. A position is (z, noise): k
/// = d + p.
/// </summary>
internal sealed class PosteriorDensity : IBatchDensity, IDisposable
{
    private readonly int _latentDimension;
    private readonly int _columns;
    private readonly float[] _latent;
    private readonly float[] _noise;
    private readonly float[] _latentGradient;
    private readonly float[] _noiseGradient;
    private readonly GraphCall _call;

    /// <summary>Binds the graph.</summary>
    /// <param name="sessions">The worker's sessions.</param>
    /// <param name="values">x with finite values on missing cells, row-major [N, p].</param>
    /// <param name="observed">r, row-major [N, p].</param>
    /// <param name="latentDimension">d.</param>
    /// <param name="columns">p.</param>
    /// <param name="beta">Temperature of the mask term (Eq. 8).</param>
    internal PosteriorDensity(ModelSessions sessions, float[] values, float[] observed, int latentDimension, int columns, double beta)
    {
        (Rows, _latentDimension, _columns) = (observed.Length / columns, latentDimension, columns);
        (_latent, _noise) = (new float[Rows * latentDimension], new float[Rows * columns]);
        (_latentGradient, _noiseGradient) = (new float[Rows * latentDimension], new float[Rows * columns]);
        Position = new float[Rows * Dimension];
        Gradient = new float[Rows * Dimension];
        LogDensity = new float[Rows];
        Derived = new float[Rows * columns];
        _call = sessions.Bind(
            GraphFiles.PosteriorGradient,
            new("z", _latent, Rows, latentDimension),
            new("noise", _noise, Rows, columns),
            new("x", values, Rows, columns),
            new("observed", observed, Rows, columns),
            new("beta", [(float)beta]),
            new("log_density", LogDensity, Rows),
            new("latent_gradient", _latentGradient, Rows, latentDimension),
            new("noise_gradient", _noiseGradient, Rows, columns),
            new("completed", Derived, Rows, columns));
    }

    public int Rows { get; }

    public int Dimension => _latentDimension + _columns;

    public float[] Position { get; }

    public float[] LogDensity { get; }

    public float[] Gradient { get; }

    /// <summary>The completed rows, row-major [N, p].</summary>
    public float[] Derived { get; }

    public void Evaluate()
    {
        RowMajor.Split(Position, _latent, _noise, Rows);
        _call.Run();
        RowMajor.Join(_latentGradient, _noiseGradient, Gradient, Rows);
    }

    public void Dispose() => _call.Dispose();
}
