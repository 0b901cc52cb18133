using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>
/// Renews the noise behind missing levels, where a chain's position is (z, noise): a draw of the noise is a draw of the level given z.
/// </summary>
internal sealed class LevelNoise : IDisposable
{
    private readonly Model _model;
    private readonly StackedRows _rows;
    private readonly GeneratorBatch _generator;
    private readonly DiscreteKernel _kernel;
    private readonly float[] _latent;
    private readonly float[] _noise;
    private readonly float[] _proposal;
    private readonly float[] _acceptance;
    private readonly float[] _x;

    internal LevelNoise(Model model, StackedRows rows, float[] observed, double beta)
    {
        (_model, _rows) = (model, rows);
        _generator = new GeneratorBatch(model.Sessions, rows.Count, model.LatentDimension, model.Columns, model.Levels);
        _kernel = new DiscreteKernel(model, observed, beta);
        _latent = new float[rows.Count * model.LatentDimension];
        _noise = new float[rows.Count * model.Discrete.Count];
        (_proposal, _acceptance) = (new float[_noise.Length], new float[_noise.Length]);
        _x = new float[observed.Length];
    }

    /// <summary>What the last update did.</summary>
    internal DiscreteInfo Info => _kernel.Info;

    /// <summary>Moves the noise of the missing levels; log density and gradient of the state are left as they were.</summary>
    internal void Renew(HamiltonianState state, long sweep)
    {
        if (Info.Missing == 0) return;
        var (d, p, columns) = (_model.LatentDimension, _model.Columns, _model.Discrete.Count);
        for (var row = 0; row < _rows.Count; row++) state.Position.AsSpan(row * (d + p), d).CopyTo(_latent.AsSpan(row * d));
        _generator.Run(_latent);
        _rows.Normals(_noise, RandomPurpose.LevelProposal, sweep);
        for (var i = 0; i < _noise.Length; i++) _proposal[i] = (float)StandardNormal.Cdf(_noise[i]);
        _rows.Uniforms(_acceptance, RandomPurpose.LevelAcceptance, sweep);
        state.Derived.CopyTo(_x, 0);
        var accepted = _kernel.Step(_x, _generator.LogProbabilities, _proposal, _acceptance).Accepted;
        for (var i = 0; i < accepted.Length; i++)
        {
            if (accepted[i] != 0) state.Position[i / columns * (d + p) + d + _model.Continuous + i % columns] = _noise[i];
        }
    }

    public void Dispose()
    {
        _generator.Dispose();
        _kernel.Dispose();
    }
}
