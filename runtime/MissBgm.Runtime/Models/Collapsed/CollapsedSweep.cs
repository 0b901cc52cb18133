using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>
/// Draws from a collapsed model's posterior: z by independence Metropolis, then every missing cell exactly given z. Of several fits the
/// draws have one after another, all rows the same, and start anew with each. Nothing adapts. The proposals' and the cells' numbers are
/// spread evenly over a row's draws, so that few draws tell much. A chain's proposals are then not quite independent of one another, which
/// matters only where one is rejected: the bias is of the order of (share rejected) / draws, far below the Monte Carlo error.
/// </summary>
internal sealed class CollapsedSweep : ISweep
{
    private readonly ScrambledDraws _numbers;
    private readonly IndependenceKernel _kernel;
    private readonly CellDrawer _cells;
    private readonly IndependenceDiagnostics _diagnostics;
    private readonly MemberWeights _weights;
    private readonly InferenceSettings _settings;

    /// <summary>Binds the graphs.</summary>
    internal CollapsedSweep(Model model, StackedRows rows, InferenceSettings settings, RowPosteriors posteriors, float[]? correlationChange)
    {
        (_weights, _settings) = (posteriors.Weights, settings);
        _numbers = new ScrambledDraws(rows, settings.Draws);
        _kernel = new IndependenceKernel(model, rows, _numbers, posteriors);
        _cells = new CellDrawer(model, rows, _numbers, posteriors.Coded, _kernel, correlationChange);
        _diagnostics = new IndependenceDiagnostics(_numbers.TableRows, rows.Chains, model.LatentDimension, settings.Draws);
    }

    public float[] Completed => _cells.Completed;

    public ConditionalMoments? Conditional => _cells.Moments;

    public IReadOnlyList<(string Name, UpdateTally Tally)> Updates => [("latent", _kernel.Info.Tally)];

    public void Run(long sweep, bool adapt)
    {
        var draw = (int)(sweep - _settings.BurnIn);
        _numbers.MoveTo(draw);
        _kernel.Start(_weights.FitAt((Math.Max(0, draw) + 0.5) / _settings.Draws));
        _kernel.Step(sweep);
        _cells.Draw();
        if (draw >= 0) _diagnostics.Keep(draw, _kernel.Whitened, _kernel.Info.LogWeight);
    }

    public ConvergenceSummary[] RowConvergence() => _diagnostics.Summarise();

    public void Dispose()
    {
        _kernel.Dispose();
        _cells.Dispose();
    }
}
