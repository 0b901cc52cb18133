using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>
/// Missing levels in MAP refinement: held while z and the noise of missing numbers move, with their probabilities drawing z, and moved to
/// the most probable ones in between. A level is handed to the density as the noise of which it is the quantile.
/// </summary>
internal sealed class LevelRefiner : IDisposable
{
    private readonly Model _model;
    private readonly (int Row, int Column, int Start, int Count)[] _missing;
    private readonly int[] _levels;
    private readonly float[] _latent;
    private readonly float[] _jacobian;
    private readonly DiscreteModes _modes;
    private readonly GeneratorBatch _generator;
    private readonly GraphCall _derivatives;

    /// <summary>Binds the graphs.</summary>
    /// <param name="model">The worker's model.</param>
    /// <param name="observed">r, row-major [N, p].</param>
    /// <param name="beta">Temperature of the mask term (Eq. 8).</param>
    internal LevelRefiner(Model model, float[] observed, double beta)
    {
        var (rows, d, p) = (observed.Length / model.Columns, model.LatentDimension, model.Columns);
        _model = model;
        _missing =
        [
            .. from row in Enumerable.Range(0, rows)
               from g in model.Groups
               where observed[row * p + g.Column] == 0
               select (row, g.Column, g.Start, g.Count),
        ];
        _levels = new int[_missing.Length];
        (_latent, _jacobian) = (new float[rows * d], new float[rows * model.Levels * d]);
        _modes = new DiscreteModes(model, observed, beta);
        _generator = new GeneratorBatch(model.Sessions, rows, d, p, model.Levels);
        _derivatives = model.Sessions.Bind(
            GraphFiles.GeneratorJacobian,
            new("z", _latent, rows, d),
            new("mean_jacobian", new float[rows * p * d], rows, p, d),
            new("log_variance_jacobian", new float[rows * p * d], rows, p, d),
            new("log_probability_jacobian", _jacobian, rows, model.Levels, d));
    }

    /// <summary>Moves the missing levels to the most probable ones.</summary>
    /// <param name="latent">z, row-major [N, d].</param>
    /// <param name="completed">x, row-major [N, p]; its missing levels are changed.</param>
    /// <param name="noise">Row-major [N, p]; that of the missing levels is changed.</param>
    internal void Choose(float[] latent, float[] completed, float[] noise)
    {
        _generator.Run(latent);
        _modes.Maximise(completed, _generator.LogProbabilities);
        for (var i = 0; i < _missing.Length; i++)
        {
            var (row, column, start, count) = _missing[i];
            var cell = row * _model.Columns + column;
            _levels[i] = (int)completed[cell];
            noise[cell] = LevelQuantile.Normal(_generator.LogProbabilities.AsSpan(row * _model.Levels + start, count), _levels[i]);
        }
    }

    /// <summary>Adds the derivatives of the held levels' log-probabilities by z, and lets their noise rest.</summary>
    internal void Hold(float[] latent, float[] latentGradient, float[] noiseGradient)
    {
        if (_missing.Length == 0) return;
        latent.CopyTo(_latent, 0);
        _derivatives.Run();
        var d = _model.LatentDimension;
        for (var i = 0; i < _missing.Length; i++)
        {
            var (row, column, start, _) = _missing[i];
            noiseGradient[row * _model.Columns + column] = 0;
            var slope = _jacobian.AsSpan((row * _model.Levels + start + _levels[i]) * d, d);
            for (var k = 0; k < d; k++) latentGradient[row * d + k] += slope[k];
        }
    }

    public void Dispose()
    {
        _modes.Dispose();
        _generator.Dispose();
        _derivatives.Dispose();
    }
}
