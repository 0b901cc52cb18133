using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>
/// Draws from a collapsed model's posterior: z by independence Metropolis with its Laplace approximation as proposal, then every missing cell
/// exactly given z. Of several fits the draws have one after another, all rows the same, and start anew with each. Of a mixture a proposal is a component, by its
/// probability for the row, and a z under it; the target is the joint posterior of both, so that Laplace's error in the probabilities is corrected too. Nothing adapts. The proposals' and the cells' numbers are spread evenly over a row's draws (<see cref="ScrambledSequence"/>), so that
/// few draws tell much. A chain's proposals are then not quite independent of one another, which matters only where one is rejected: the bias is
/// of the order of (share rejected) / draws, far below the Monte Carlo error.
/// </summary>
internal sealed class CollapsedSweep : ISweep
{
    private readonly StackedRows _rows;
    private readonly InferenceSettings _settings;
    private readonly int _d;
    private readonly LatentModes _modes;
    private readonly MemberWeights _members;
    private readonly int[] _missing;
    private readonly ScrambledSequence[] _memberSequences;
    private readonly ScrambledSequence[] _proposalSequences;
    private readonly ScrambledSequence[] _selectionSequences;
    private readonly ScrambledSequence[] _noiseSequences;
    private readonly HamiltonianInfo _info;
    private readonly IndependenceDiagnostics _diagnostics;
    private readonly double[] _memberNoise;
    private readonly float[] _proposedMember;
    private readonly float[] _member;
    private readonly float[] _latent;
    private readonly float[] _proposal;
    private readonly double[] _proposalNoise;
    private readonly double[] _whitened;
    private readonly float[] _accept;
    private readonly float[] _logDensity;
    private readonly double[] _proposalWeight;
    private readonly double[] _weight;
    private readonly float[] _uniform;
    private readonly float[] _noise;
    private readonly double[] _missingNoise;
    private readonly float[] _draw;
    private readonly uint[] _reversedIndex;
    private readonly ConditionalMoments _moments;
    private int _fit = -1;
    private readonly GraphCall _density;
    private readonly GraphCall _conditional;

    /// <summary>Binds the graphs; every chain starts at its row's mode.</summary>
    internal CollapsedSweep(Model model, StackedRows rows, InferenceSettings settings, RowPosteriors posteriors, float[]? correlationChange)
    {
        var (n, d, p) = (rows.Count, model.LatentDimension, model.Columns);
        var tableRows = n / rows.Chains;
        (_rows, _settings, _d, _modes, _members) = (rows, settings, d, posteriors.Modes, posteriors.Weights);
        var observed = RowMajor.Repeat(posteriors.Coded.Observed, rows.Chains);
        Completed = RowMajor.Repeat(posteriors.Coded.Values, rows.Chains);
        (_latent, _proposal, _member, _proposedMember, _memberNoise) = (new float[n * d], new float[n * d], new float[n], new float[n], new double[n]);
        (_proposalNoise, _whitened, _accept) = (new double[n * d], new double[n * d], new float[n]);
        (_logDensity, _proposalWeight, _weight) = (new float[n], new double[n], new double[n]);
        (_uniform, _noise, _draw) = (new float[n * p], new float[n * p], new float[n * p]);
        Array.Fill(_uniform, 0.5f);
        _moments = new ConditionalMoments(new float[n * p], new float[n * p]);
        _info = new HamiltonianInfo(n);
        _diagnostics = new IndependenceDiagnostics(tableRows, rows.Chains, d, settings.Draws);
        _missing = [.. Enumerable.Range(0, n * p).Where(cell => observed[cell] == 0)];
        _missingNoise = new double[_missing.Length];
        _reversedIndex = new uint[rows.Chains];
        _memberSequences = model.Members == 1 ? [] : Sequences(Enumerable.Range(0, tableRows), 1, RandomPurpose.MemberChoice);
        _proposalSequences = Sequences(Enumerable.Range(0, tableRows * d), d, RandomPurpose.LatentProposal);
        _selectionSequences = Sequences(_missing.TakeWhile(cell => cell < tableRows * p), p, RandomPurpose.SelectionNoise);
        _noiseSequences = Sequences(_missing.TakeWhile(cell => cell < tableRows * p), p, RandomPurpose.CellNoise);
        ScrambledSequence[] Sequences(IEnumerable<int> places, int width, RandomPurpose purpose) =>
            [.. places.Select(place => ScrambledSequence.Of(rows.Random, purpose, rows.TableRow(place / width), place % width))];
        var sessions = model.Sessions;
        _density = sessions.Bind(
            GraphFiles.CollapsedDensity,
            [
                .. model.MemberInput(_proposedMember),
                new("z", _proposal, n, d), new("x", RowMajor.Repeat(posteriors.Coded.Values, rows.Chains), n, p), new("observed", observed, n, p), new("log_density", _logDensity, n),
            ]);
        _conditional = sessions.Bind(
            correlationChange is null ? GraphFiles.MissingConditional : GraphFiles.Sensitivity,
            [
                .. model.MemberInput(_member),
                new("z", _latent, n, d), new("uniform", _uniform, n, p), new("noise", _noise, n, p),
                new("mean", _moments.Mean, n, p), new("standard_deviation", _moments.StandardDeviation, n, p), new("draw", _draw, n, p),
                .. correlationChange is null ? [] : new GraphTensor[] { new("correlation_change", correlationChange, 1, p) },
            ]);
    }

    public float[] Completed { get; }

    public ConditionalMoments? Conditional => _moments;

    public IReadOnlyList<(string Name, UpdateTally Tally)> Updates => [("latent", _info.Tally)];

    public double[]? Energy => null;

    public void Run(long sweep, bool adapt)
    {
        var draw = (int)(sweep - _settings.BurnIn);
        Number(draw);
        StartFit(_members.FitAt((Math.Max(0, draw) + 0.5) / _settings.Draws));
        MoveLatent(sweep);
        DrawMissing();
        if (draw >= 0) _diagnostics.Keep(draw, _whitened, _proposalWeight);
    }

    public ConvergenceSummary[] RowConvergence() => _diagnostics.Summarise();

    public void Freeze()
    {
    }

    public void Dispose()
    {
        _density.Dispose();
        _conditional.Dispose();
    }

    // The draws of a row are numbered chain after chain, each from a multiple of a power of two on; those of the burn-in lie past them all.
    private void Number(int draw)
    {
        var room = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_settings.Draws);
        for (var chain = 0u; chain < _reversedIndex.Length; chain++)
        {
            var index = draw >= 0 ? chain * room + (uint)draw : uint.MaxValue - (uint)(-1 - draw) * 64 - chain;
            _reversedIndex[chain] = ScrambledSequence.Reverse(index);
        }
    }

    // With a fit every chain starts at the mode of its row's most probable component, where the weight is 1.
    private void StartFit(int fit)
    {
        if (fit == _fit) return;
        _fit = fit;
        var tableRows = _rows.Count / _rows.Chains;
        Array.Clear(_weight);
        Array.Clear(_whitened);
        for (var i = 0; i < _rows.Count; i++)
        {
            var row = i % tableRows;
            var member = _members.Likeliest(row, fit);
            _member[i] = _proposedMember[i] = member;
            _modes.Latent.AsSpan((member * tableRows + row) * _d, _d).CopyTo(_latent.AsSpan(i * _d));
        }
    }

    private void MoveLatent(long sweep)
    {
        _rows.Uniforms(_accept, RandomPurpose.ProposalAcceptance, sweep);
        Fill(_proposalNoise, _proposalSequences);
        StandardNormal.Quantiles(_proposalNoise);
        Fill(_memberNoise, _memberSequences);
        var tableRows = _rows.Count / _rows.Chains;
        Span<double> step = stackalloc double[_d];
        for (var i = 0; i < _rows.Count; i++)
        {
            if (_memberSequences.Length > 0) _proposedMember[i] = _members.Pick(i % tableRows, _fit, _memberNoise[i]);
            var mode = (int)_proposedMember[i] * tableRows + i % tableRows;
            _proposalNoise.AsSpan(i * _d, _d).CopyTo(step);
            Cholesky.SolveTransposed(_modes.Factors.AsSpan(mode * _d * _d, _d * _d), step, _d);
            for (var k = 0; k < _d; k++) _proposal[i * _d + k] = (float)(_modes.Latent[mode * _d + k] + step[k]);
        }

        _density.Run();
        for (var i = 0; i < _rows.Count; i++) Decide(i, i % tableRows);
    }

    // The weight is target over proposal: the log density at z over that at the member's mode, plus half the squared norm of the noise that proposed z.
    private void Decide(int i, int row)
    {
        var weight = _logDensity[i] - _modes.LogDensity[(int)_proposedMember[i] * (_rows.Count / _rows.Chains) + row];
        foreach (var noise in _proposalNoise.AsSpan(i * _d, _d)) weight += 0.5 * noise * noise;
        if (!double.IsFinite(weight)) weight = double.NegativeInfinity;
        _proposalWeight[i] = weight;
        _info.Acceptance[i] = Math.Min(1, Math.Exp(weight - _weight[i]));
        _info.Accepted[i] = _accept[i] < _info.Acceptance[i];
        if (!_info.Accepted[i]) return;
        (_weight[i], _member[i]) = (weight, _proposedMember[i]);
        _proposalNoise.AsSpan(i * _d, _d).CopyTo(_whitened.AsSpan(i * _d));
        _proposal.AsSpan(i * _d, _d).CopyTo(_latent.AsSpan(i * _d));
    }

    private void DrawMissing()
    {
        Fill(_missingNoise, _selectionSequences);
        for (var i = 0; i < _missing.Length; i++) _uniform[_missing[i]] = Math.Clamp((float)_missingNoise[i], 1e-9f, 1 - 1e-7f);
        Fill(_missingNoise, _noiseSequences);
        StandardNormal.Quantiles(_missingNoise);
        for (var i = 0; i < _missing.Length; i++) _noise[_missing[i]] = (float)_missingNoise[i];
        _conditional.Run();
        foreach (var cell in _missing) Completed[cell] = _draw[cell];
    }

    // The present number of every sequence of every chain, [chains, sequences].
    private void Fill(double[] uniforms, ScrambledSequence[] sequences)
    {
        for (var chain = 0; chain < _reversedIndex.Length; chain++)
        {
            var (index, first) = (_reversedIndex[chain], chain * sequences.Length);
            for (var i = 0; i < sequences.Length; i++) uniforms[first + i] = sequences[i].Uniform(index);
        }
    }
}
