using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>
/// One HMC update of z and the missing values together (MissBGM Eq. 11), the missing values as mean + s.d. * noise. Alternating updates of
/// z and x_mis crawl where x_mis pins z down; z and noise are nearly independent, and z moves in the units of its Gauss-Newton covariance
/// at the mode. Missing levels are quantiles at Phi(noise): they follow z with their noise held, and an update of their own renews that
/// noise.
/// </summary>
internal sealed class JointSweep : ISweep
{
    private readonly StackedRows _rows;
    private readonly int _leapfrogSteps;
    private readonly PosteriorDensity _density;
    private readonly HamiltonianKernel _kernel;
    private readonly HamiltonianState _state;
    private readonly DualAveraging _steps;
    private readonly LevelNoise? _levels;
    private readonly bool[] _moves;
    private readonly float[] _momentum;
    private readonly float[] _uniform;

    internal JointSweep(Model model, StackedRows rows, InferenceSettings settings, ChainStarts starts)
    {
        (_rows, _leapfrogSteps) = (rows, settings.LeapfrogSteps);
        _density = new PosteriorDensity(model.Sessions, starts.Completed, starts.Observed, model.LatentDimension, model.Columns, settings.Beta);
        _state = new HamiltonianState(_density.Rows, _density.Dimension, model.Columns);
        RowMajor.Join(starts.Latent, starts.Noise(model), _state.Position, _density.Rows);
        var moved = starts.Observed.Select((r, i) => i % model.Columns < model.Continuous ? 1 - r : 0).ToArray();
        var metric = new BlockMetric(GaussNewton.Precisions(model, rows, starts), model.LatentDimension, moved, _density.Rows);
        _kernel = new HamiltonianKernel(_density, new Leapfrog(_density, metric));
        _steps = new DualAveraging(_density.Rows, settings.StepSize, settings.TargetAcceptance);
        _levels = model.Discrete.Count == 0 ? null : new LevelNoise(model, rows, starts.Observed, settings.Beta);
        _momentum = new float[_state.Position.Length];
        _moves = new bool[_state.Position.Length];
        for (var i = 0; i < _moves.Length; i++) _moves[i] = Moves(i, model, moved);
        _uniform = new float[_density.Rows];
        _state.Refresh(_density);
        rows.RequireFinite(_state.LogDensity, "latent variables and missing values");
    }

    public float[] Completed => _state.Derived;

    public IReadOnlyList<(string Name, UpdateTally Tally)> Updates =>
        _levels is null ? [("joint", _kernel.Info.Tally)] : [("joint", _kernel.Info.Tally), ("levels", _levels.Info.Tally)];

    public double[]? Energy => _kernel.Info.Energy;

    public void Run(long sweep, bool adapt)
    {
        _rows.Normals(_momentum, RandomPurpose.LatentMomentum, sweep);
        // What does not move has no momentum: its kinetic energy would drown the changes of energy that E-BFMI looks at.
        for (var i = 0; i < _moves.Length; i++) _momentum[i] = _moves[i] ? _momentum[i] : 0;
        _rows.Uniforms(_uniform, RandomPurpose.LatentAcceptance, sweep);
        _kernel.Step(_state, _momentum, _uniform, _steps.StepSize, _rows.LeapfrogSteps(_leapfrogSteps, sweep));
        if (adapt) _steps.Update(_kernel.Info.Acceptance);
        if (_levels is null) return;
        _levels.Renew(_state, sweep);
        _state.Refresh(_density);
    }

    private static bool Moves(int coordinate, Model model, float[] moved)
    {
        var (row, column) = Math.DivRem(coordinate, model.LatentDimension + model.Columns);
        return column < model.LatentDimension || moved[row * model.Columns + column - model.LatentDimension] > 0;
    }

    public void Freeze() => _steps.Freeze();

    public void Dispose()
    {
        _density.Dispose();
        _levels?.Dispose();
    }
}
