using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>
/// The paper's sampler: one sweep of HMC within Gibbs (MissBGM Section 4.3, Eq. 12, Appendix E.4). An HMC update of z with x held, then one
/// of the missing values with the new z held; a fixed number of leapfrog steps, plain units, one step size for all rows. Missing levels
/// come last, with a Gibbs update.
/// </summary>
internal sealed class GibbsSweep : ISweep
{
    private readonly BlockDensities _densities;
    private readonly StackedRows _rows;
    private readonly int _leapfrogSteps;
    private readonly HamiltonianKernel _latentKernel;
    private readonly HamiltonianKernel _missingKernel;
    private readonly HamiltonianState _latent;
    private readonly HamiltonianState _missing;
    private readonly SharedStepSize _latentSteps;
    private readonly SharedStepSize _missingSteps;
    private readonly float[] _latentNoise;
    private readonly float[] _missingNoise;
    private readonly float[] _uniform;
    private readonly int[] _moved;
    private readonly DiscreteKernel? _levels;
    private readonly float[] _proposal = [];
    private readonly float[] _acceptance = [];

    internal GibbsSweep(Model model, StackedRows rows, InferenceSettings settings, ChainStarts starts)
    {
        (_rows, _leapfrogSteps) = (rows, settings.LeapfrogSteps);
        _densities = new BlockDensities(model.Sessions, starts.Observed, model.LatentDimension, model.Columns, settings.Beta, model.Levels);
        _latent = new HamiltonianState(rows.Count, model.LatentDimension);
        _missing = new HamiltonianState(rows.Count, model.Columns);
        starts.Latent.CopyTo(_latent.Position, 0);
        starts.Completed.CopyTo(_missing.Position, 0);
        var missing = starts.Observed.Select((r, i) => i % model.Columns < model.Continuous ? 1 - r : 0).ToArray();
        _latentKernel = Kernel(_densities.Latent, [.. Enumerable.Repeat(1f, starts.Latent.Length)]);
        // Where no number is missing nothing moves, and the step size must not adapt to that.
        _moved = Enumerable.Range(0, rows.Count).Where(row => missing.AsSpan(row * model.Columns, model.Columns).Contains(1f)).ToArray();
        _missingKernel = Kernel(_densities.Missing, missing);
        _latentSteps = new SharedStepSize(rows.Count, settings.StepSize, settings.TargetAcceptance);
        _missingSteps = new SharedStepSize(rows.Count, settings.StepSize, settings.TargetAcceptance);
        _latentNoise = new float[starts.Latent.Length];
        _missingNoise = new float[starts.Completed.Length];
        _uniform = new float[rows.Count];
        if (model.Discrete.Count == 0) return;
        _levels = new DiscreteKernel(model, starts.Observed, settings.Beta);
        (_proposal, _acceptance) = (new float[rows.Count * model.Discrete.Count], new float[rows.Count * model.Discrete.Count]);
    }

    public float[] Completed => _missing.Position;

    public IReadOnlyList<(string Name, UpdateTally Tally)> Updates =>
    [
        ("latent", _latentKernel.Info.Tally),
        .. _moved.Length > 0 ? new[] { ("missing", _missingKernel.Info.Tally) } : [],
        .. _levels is null ? [] : new[] { ("levels", _levels.Info.Tally) },
    ];

    public void Run(long sweep, bool adapt)
    {
        UpdateLatent(sweep);
        _densities.Generator.Run(_latent.Position);
        if (_moved.Length > 0) UpdateMissing(sweep);
        if (_levels is { Info.Missing: > 0 }) UpdateLevels(_levels, sweep);
        if (!adapt) return;
        _latentSteps.Update(_latentKernel.Info.Acceptance);
        if (_moved.Length > 0) _missingSteps.Update(Array.ConvertAll(_moved, row => _missingKernel.Info.Acceptance[row]));
    }

    public void Freeze()
    {
        _latentSteps.Freeze();
        _missingSteps.Freeze();
    }

    public void Dispose()
    {
        _densities.Dispose();
        _levels?.Dispose();
    }

    private static HamiltonianKernel Kernel(GraphDensity density, float[] units) =>
        new(density, new Leapfrog(density, new DiagonalMetric(units, density.Dimension)));

    // The generator stands at the new z.
    private void UpdateLevels(DiscreteKernel levels, long sweep)
    {
        _rows.Uniforms(_proposal, RandomPurpose.LevelProposal, sweep);
        _rows.Uniforms(_acceptance, RandomPurpose.LevelAcceptance, sweep);
        levels.Step(_missing.Position, _densities.Generator.LogProbabilities, _proposal, _acceptance);
    }

    private void UpdateLatent(long sweep)
    {
        Completed.CopyTo(_densities.Completed, 0);
        _latent.Refresh(_densities.Latent);
        _rows.RequireFinite(_latent.LogDensity, "latent variables");
        _rows.Normals(_latentNoise, RandomPurpose.LatentMomentum, sweep);
        _rows.Uniforms(_uniform, RandomPurpose.LatentAcceptance, sweep);
        _latentKernel.Step(_latent, _latentNoise, _uniform, _latentSteps.Values, _leapfrogSteps);
    }

    private void UpdateMissing(long sweep)
    {
        _missing.Refresh(_densities.Missing);
        _rows.RequireFinite(_missing.LogDensity, "missing values");
        _rows.Normals(_missingNoise, RandomPurpose.MissingMomentum, sweep);
        _rows.Uniforms(_uniform, RandomPurpose.MissingAcceptance, sweep);
        _missingKernel.Step(_missing, _missingNoise, _uniform, _missingSteps.Values, _leapfrogSteps);
    }
}
