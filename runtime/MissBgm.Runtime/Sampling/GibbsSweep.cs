using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Runtime.Sampling;

/// <summary>
/// One sweep of HMC within Gibbs (MissBGM Section 4.3, Eq. 12): an HMC update of z with x held, then one of the missing values with the new z
/// held. The missing values move in units of their conditional standard deviation, which is fixed while z is.
/// </summary>
internal sealed class GibbsSweep
{
    private readonly ModelBatch _batch;
    private readonly StackedRows _rows;
    private readonly int _leapfrogSteps;
    private readonly HamiltonianKernel _latentKernel;
    private readonly HamiltonianKernel _missingKernel;
    private readonly HamiltonianState _latent;
    private readonly HamiltonianState _missing;
    private readonly DualAveraging _latentSteps;
    private readonly DualAveraging _missingSteps;
    private readonly float[] _latentScale;
    private readonly float[] _missingScale;
    private readonly float[] _latentNoise;
    private readonly float[] _missingNoise;
    private readonly float[] _uniform;

    internal GibbsSweep(ModelBatch batch, StackedRows rows, InferenceSettings settings, float[] latent, float[] completed)
    {
        (_batch, _rows, _leapfrogSteps) = (batch, rows, settings.LeapfrogSteps);
        _latentKernel = new HamiltonianKernel(batch.Latent);
        _missingKernel = new HamiltonianKernel(batch.Missing);
        _latent = new HamiltonianState(batch.Rows, batch.LatentDimension);
        _missing = new HamiltonianState(batch.Rows, batch.Columns);
        latent.CopyTo(_latent.Position, 0);
        completed.CopyTo(_missing.Position, 0);
        _latentSteps = new DualAveraging(batch.Rows, settings.StepSize, settings.TargetAcceptance);
        _missingSteps = new DualAveraging(batch.Rows, settings.StepSize, settings.TargetAcceptance);
        _latentScale = new float[latent.Length];
        Array.Fill(_latentScale, 1f);
        _missingScale = new float[completed.Length];
        _latentNoise = new float[latent.Length];
        _missingNoise = new float[completed.Length];
        _uniform = new float[batch.Rows];
    }

    /// <summary>The completed rows where the chains stand, row-major [N, p].</summary>
    internal float[] Completed => _missing.Position;

    /// <summary>What the latent update of the last sweep did.</summary>
    internal HamiltonianInfo LatentInfo => _latentKernel.Info;

    /// <summary>What the missing values' update of the last sweep did.</summary>
    internal HamiltonianInfo MissingInfo => _missingKernel.Info;

    /// <summary>Runs the sweep of a given number.</summary>
    /// <param name="sweep">Keys the noise.</param>
    /// <param name="adapt">Whether the step sizes learn from it.</param>
    /// <exception cref="NumericalException">The log density where a chain stands is not finite.</exception>
    internal void Run(long sweep, bool adapt)
    {
        UpdateLatent(sweep);
        UpdateMissing(sweep);
        if (!adapt) return;
        _latentSteps.Update(LatentInfo.Acceptance);
        _missingSteps.Update(MissingInfo.Acceptance);
    }

    /// <summary>Ends the adaptation of the step sizes.</summary>
    internal void Freeze()
    {
        _latentSteps.Freeze();
        _missingSteps.Freeze();
    }

    private void UpdateLatent(long sweep)
    {
        Completed.CopyTo(_batch.Completed, 0);
        _latent.Refresh(_batch.Latent);
        RequireFinite(_latent, "latent variables");
        _rows.Normals(_latentNoise, RandomPurpose.LatentMomentum, sweep);
        _rows.Uniforms(_uniform, RandomPurpose.LatentAcceptance, sweep);
        _latentKernel.Step(_latent, _latentNoise, _uniform, _latentSteps.StepSize, _latentScale, _rows.LeapfrogSteps(_leapfrogSteps, 2 * sweep));
    }

    private void UpdateMissing(long sweep)
    {
        _batch.Generate(_latent.Position);
        for (var i = 0; i < _missingScale.Length; i++) _missingScale[i] = _batch.Observed[i] == 0 ? MathF.Sqrt(_batch.Variance[i]) : 0;
        _missing.Refresh(_batch.Missing);
        RequireFinite(_missing, "missing values");
        _rows.Normals(_missingNoise, RandomPurpose.MissingMomentum, sweep);
        _rows.Uniforms(_uniform, RandomPurpose.MissingAcceptance, sweep);
        _missingKernel.Step(_missing, _missingNoise, _uniform, _missingSteps.StepSize, _missingScale, _rows.LeapfrogSteps(_leapfrogSteps, 2 * sweep + 1));
    }

    private void RequireFinite(HamiltonianState state, string what)
    {
        var fault = Array.FindIndex(state.LogDensity, value => !double.IsFinite(value));
        if (fault >= 0)
        {
            throw new NumericalException(
                $"Data row {_rows.TableRow(fault)}: the log density of the {what} is {state.LogDensity[fault]}. The row's values may be far from all the model was fitted to; check them, or fit again.");
        }
    }
}
