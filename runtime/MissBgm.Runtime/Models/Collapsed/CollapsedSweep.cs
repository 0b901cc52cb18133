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
    // Rows of a graph's run: sweeps of few rows are made many at once, as a run of a graph takes its time however few they are.
    private const int BlockRows = 256;

    private readonly IndependenceKernel _kernel;
    private readonly CellDrawer _cells;
    private readonly IndependenceDiagnostics _diagnostics;
    private readonly MemberWeights _weights;
    private readonly InferenceSettings _settings;
    private readonly int _chains;
    private readonly BlockSweep[] _block;
    private int _count;
    private int _at;

    /// <summary>Binds the graphs.</summary>
    internal CollapsedSweep(Model model, StackedRows rows, InferenceSettings settings, RowPosteriors posteriors, float[]? correlationChange)
    {
        (_weights, _settings, _chains) = (posteriors.Weights, settings, rows.Count);
        _block = new BlockSweep[Math.Clamp(BlockRows / rows.Count, 1, settings.BurnIn + settings.Draws)];
        var numbers = new ScrambledDraws(rows, settings.Draws);
        _kernel = new IndependenceKernel(model, rows, numbers, posteriors, _block.Length);
        _cells = new CellDrawer(model, rows, numbers, posteriors.Coded, _kernel, correlationChange, _block.Length);
        _diagnostics = new IndependenceDiagnostics(numbers.TableRows, rows.Chains, model.LatentDimension, settings.Draws);
    }

    public float[] Completed => _cells.Completed;

    public ConditionalMoments? Conditional => _cells.Moments;

    public IReadOnlyList<(string Name, UpdateTally Tally)> Updates =>
        [("latent", new UpdateTally(_chains, Sum(_kernel.Acceptance.AsSpan(_at * _chains, _chains)), 0))];

    public void Run(long sweep, bool adapt)
    {
        if (_count == 0 || sweep < _block[0].Number || sweep >= _block[0].Number + _count) Begin(sweep);
        _at = (int)(sweep - _block[0].Number);
        _cells.Show(_at);
        if (_block[_at].Draw is not (>= 0 and var draw)) return;
        _diagnostics.Keep(draw, _kernel.Whitened.AsSpan(_at * _chains * _kernel.Dimension), _kernel.LogWeight.AsSpan(_at * _chains));
    }

    public ConvergenceSummary[] RowConvergence() => _diagnostics.Summarise();

    public void Dispose()
    {
        _kernel.Dispose();
        _cells.Dispose();
    }

    // Makes the sweeps from a number on, as many as there is room for and are still to come.
    private void Begin(long sweep)
    {
        _count = (int)Math.Clamp(_settings.BurnIn + _settings.Draws - sweep, 1, _block.Length);
        for (var b = 0; b < _count; b++)
        {
            var draw = (int)(sweep + b - _settings.BurnIn);
            _block[b] = new BlockSweep(sweep + b, draw, _weights.FitAt((Math.Max(0, draw) + 0.5) / _settings.Draws));
        }

        _kernel.Run(_block.AsSpan(0, _count));
        _cells.Draw(_block.AsSpan(0, _count));
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum;
    }
}
