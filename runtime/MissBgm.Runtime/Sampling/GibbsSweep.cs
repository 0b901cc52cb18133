using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Sampling;

/// <summary>
/// The paper's sampler: one sweep of HMC within Gibbs (MissBGM Section 4.3, Eq. 12, Appendix E.4). An HMC update of z with x held, then one of the missing
/// values with the new z held; a fixed number of leapfrog steps, plain units, one step size for all rows.
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

    internal GibbsSweep(Model model, StackedRows rows, InferenceSettings settings, ChainStarts starts)
    {
        (_rows, _leapfrogSteps) = (rows, settings.LeapfrogSteps);
        _densities = new BlockDensities(model.Sessions, starts.Observed, model.LatentDimension, model.Columns, settings.Beta);
        _latent = new HamiltonianState(rows.Count, model.LatentDimension);
        _missing = new HamiltonianState(rows.Count, model.Columns);
        starts.Latent.CopyTo(_latent.Position, 0);
        starts.Completed.CopyTo(_missing.Position, 0);
        var missing = Array.ConvertAll(starts.Observed, r => 1 - r);
        _latentKernel = new HamiltonianKernel(_densities.Latent, new DiagonalMetric(Enumerable.Repeat(1f, starts.Latent.Length).ToArray(), model.LatentDimension));
        _missingKernel = new HamiltonianKernel(_densities.Missing, new DiagonalMetric(missing, model.Columns));
        _latentSteps = new SharedStepSize(rows.Count, settings.StepSize, settings.TargetAcceptance);
        _missingSteps = new SharedStepSize(rows.Count, settings.StepSize, settings.TargetAcceptance);
        _latentNoise = new float[starts.Latent.Length];
        _missingNoise = new float[starts.Completed.Length];
        _uniform = new float[rows.Count];
    }

    public float[] Completed => _missing.Position;

    public IReadOnlyList<(string Name, HamiltonianInfo Info)> Updates => [("latent", _latentKernel.Info), ("missing", _missingKernel.Info)];

    public double[]? Energy => null;

    public void Run(long sweep, bool adapt)
    {
        UpdateLatent(sweep);
        UpdateMissing(sweep);
        if (!adapt) return;
        _latentSteps.Update(_latentKernel.Info.Acceptance);
        _missingSteps.Update(_missingKernel.Info.Acceptance);
    }

    public void Freeze()
    {
        _latentSteps.Freeze();
        _missingSteps.Freeze();
    }

    public void Dispose() => _densities.Dispose();

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
        _densities.Generator.Run(_latent.Position);
        _missing.Refresh(_densities.Missing);
        _rows.RequireFinite(_missing.LogDensity, "missing values");
        _rows.Normals(_missingNoise, RandomPurpose.MissingMomentum, sweep);
        _rows.Uniforms(_uniform, RandomPurpose.MissingAcceptance, sweep);
        _missingKernel.Step(_missing, _missingNoise, _uniform, _missingSteps.Values, _leapfrogSteps);
    }
}
