using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Collapsed;

/// <summary>
/// Draws from a collapsed model's posterior: z by independence Metropolis with its Laplace approximation as proposal, then every missing cell
/// exactly given z. Nothing adapts. The cells' uniform numbers are stratified over the draws of a chain (<see cref="CellStrata"/>).
/// </summary>
internal sealed class CollapsedSweep : ISweep
{
    private readonly StackedRows _rows;
    private readonly InferenceSettings _settings;
    private readonly int _d;
    private readonly LatentModes _modes;
    private readonly float[] _observed;
    private readonly int[] _missing;
    private readonly (uint Selection, uint Noise)[] _keys;
    private readonly HamiltonianInfo _info;
    private readonly float[] _latent;
    private readonly float[] _proposal;
    private readonly float[] _proposalNoise;
    private readonly float[] _accept;
    private readonly float[] _logDensity;
    private readonly double[] _weight;
    private readonly float[] _uniform;
    private readonly float[] _noise;
    private readonly float[] _jitter;
    private readonly float[] _draw;
    private readonly ConditionalMoments _moments;
    private readonly GraphCall _density;
    private readonly GraphCall _conditional;

    /// <summary>Binds the graphs; every chain starts at its row's mode.</summary>
    internal CollapsedSweep(Model model, StackedRows rows, Philox random, InferenceSettings settings, StartingPoint start, LatentModes modes)
    {
        var (n, d, p) = (rows.Count, model.LatentDimension, model.Columns);
        (_rows, _settings, _d, _modes) = (rows, settings, d, modes);
        _observed = Repeat(start.Observed, rows.Chains);
        Completed = Repeat(start.Completed, rows.Chains);
        _latent = Repeat(modes.Latent, rows.Chains);
        _proposal = (float[])_latent.Clone();
        (_proposalNoise, _accept, _logDensity, _weight) = (new float[n * d], new float[n], new float[n], new double[n]);
        (_uniform, _noise, _jitter, _draw) = (new float[n * p], new float[n * p], new float[n * p], new float[n * p]);
        Array.Fill(_uniform, 0.5f);
        _moments = new ConditionalMoments(new float[n * p], new float[n * p]);
        _info = new HamiltonianInfo(n);
        _missing = [.. Enumerable.Range(0, n * p).Where(cell => _observed[cell] == 0)];
        _keys = Array.ConvertAll(_missing, cell =>
        {
            var block = random.Block(RandomPurpose.SelectionNoise, cell / p / (n / rows.Chains), rows.TableRow(cell / p), cell % p, 0);
            return (block.A, block.B);
        });
        var sessions = model.Sessions;
        _density = sessions.Bind(
            GraphFiles.CollapsedDensity,
            new("z", _proposal, n, d), new("x", Repeat(start.Completed, rows.Chains), n, p), new("observed", _observed, n, p), new("log_density", _logDensity, n));
        _conditional = sessions.Bind(
            GraphFiles.MissingConditional,
            new("z", _latent, n, d), new("uniform", _uniform, n, p), new("noise", _noise, n, p),
            new("mean", _moments.Mean, n, p), new("standard_deviation", _moments.StandardDeviation, n, p), new("draw", _draw, n, p));
        _density.Run();
        for (var i = 0; i < n; i++) _weight[i] = _logDensity[i];
        rows.RequireFinite(_weight, "latent variables");
    }

    public float[] Completed { get; }

    public ConditionalMoments? Conditional => _moments;

    public IReadOnlyList<(string Name, HamiltonianInfo Info)> Updates => [("latent", _info)];

    public double[]? Energy => null;

    public void Run(long sweep, bool adapt)
    {
        MoveLatent(sweep);
        _rows.Uniforms(_jitter, RandomPurpose.CellNoise, sweep);
        var draw = (int)((sweep + _settings.Draws * (long)_settings.BurnIn - _settings.BurnIn) % _settings.Draws);
        for (var i = 0; i < _missing.Length; i++)
        {
            var (cell, key) = (_missing[i], _keys[i]);
            // One jitter serves both strata: its binary digits far down are another uniform number.
            var second = _jitter[cell] * 4096f;
            _uniform[cell] = Inside(CellStrata.Uniform(draw, _settings.Draws, key.Selection, _jitter[cell]));
            _noise[cell] = (float)StandardNormal.Quantile(Inside(CellStrata.Uniform(draw, _settings.Draws, key.Noise, second - MathF.Floor(second))));
        }

        _conditional.Run();
        foreach (var cell in _missing) Completed[cell] = _draw[cell];
    }

    public void Freeze()
    {
    }

    public void Dispose()
    {
        _density.Dispose();
        _conditional.Dispose();
    }

    // The weight is target over proposal: log density at z plus half the squared norm of the noise that proposed it.
    private void MoveLatent(long sweep)
    {
        _rows.Normals(_proposalNoise, RandomPurpose.LatentProposal, sweep);
        _rows.Uniforms(_accept, RandomPurpose.ProposalAcceptance, sweep);
        var tableRows = _modes.Latent.Length / _d;
        Span<double> step = stackalloc double[_d];
        for (var i = 0; i < _rows.Count; i++)
        {
            var row = i % tableRows;
            for (var k = 0; k < _d; k++) step[k] = _proposalNoise[i * _d + k];
            Cholesky.SolveTransposed(_modes.Factors.AsSpan(row * _d * _d, _d * _d), step, _d);
            for (var k = 0; k < _d; k++) _proposal[i * _d + k] = (float)(_modes.Latent[row * _d + k] + step[k]);
        }

        _density.Run();
        for (var i = 0; i < _rows.Count; i++) Decide(i);
    }

    private void Decide(int i)
    {
        var weight = (double)_logDensity[i];
        foreach (var noise in _proposalNoise.AsSpan(i * _d, _d)) weight += 0.5 * noise * noise;
        if (!double.IsFinite(weight)) weight = double.NegativeInfinity;
        _info.Acceptance[i] = Math.Min(1, Math.Exp(weight - _weight[i]));
        _info.Accepted[i] = _accept[i] < _info.Acceptance[i];
        if (!_info.Accepted[i]) return;
        _weight[i] = weight;
        _proposal.AsSpan(i * _d, _d).CopyTo(_latent.AsSpan(i * _d));
    }

    private static float Inside(double uniform) => Math.Clamp((float)uniform, 1e-7f, 1f - 1e-7f);

    private static float[] Repeat(float[] values, int times)
    {
        var repeated = new float[values.Length * times];
        for (var i = 0; i < times; i++) values.CopyTo(repeated, i * values.Length);
        return repeated;
    }
}
