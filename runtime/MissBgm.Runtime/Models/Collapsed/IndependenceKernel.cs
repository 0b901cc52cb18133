using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>
/// Independence Metropolis on z under one fit at a time, with its Laplace approximation as proposal. Of a mixture a proposal is a
/// component, by its probability for the row, and a z under it; the target is the joint posterior of both, so that Laplace's error in the
/// probabilities is corrected too. Proposals do not hang on where a chain stands, so those of a block of sweeps are made and weighed
/// together; then the chains walk through them.
/// </summary>
internal sealed class IndependenceKernel : IDisposable
{
    private readonly StackedRows _rows;
    private readonly ScrambledDraws _numbers;
    private readonly int _d;
    private readonly int _tableRows;
    private readonly LatentModes _modes;
    private readonly MemberWeights _weights;
    private readonly ScrambledSequence[] _memberSequences;
    private readonly ScrambledSequence[] _proposalSequences;
    private readonly double[] _memberNoise;
    private readonly double[] _proposalNoise;
    private readonly float[] _proposedMember;
    private readonly float[] _proposal;
    private readonly float[] _accept;
    private readonly float[] _logDensity;
    private readonly GraphCall _density;

    // Where the chains stand.
    private readonly double[] _weight;
    private readonly float[] _member;
    private readonly float[] _latent;
    private readonly double[] _whitened;
    private int _fit = -1;

    /// <summary>Binds the density.</summary>
    /// <param name="model">The worker's model.</param>
    /// <param name="rows">The chains.</param>
    /// <param name="numbers">Their numbers.</param>
    /// <param name="posteriors">What is known of the rows.</param>
    /// <param name="sweeps">B, sweeps of a block.</param>
    internal IndependenceKernel(Model model, StackedRows rows, ScrambledDraws numbers, RowPosteriors posteriors, int sweeps)
    {
        var (n, d, p) = (rows.Count, model.LatentDimension, model.Columns);
        var all = sweeps * n;
        (_rows, _numbers, _d, _tableRows, _modes, _weights) = (rows, numbers, d, numbers.TableRows, posteriors.Modes, posteriors.Weights);
        (Latent, Member, Whitened) = (new float[all * d], new float[all], new double[all * d]);
        (LogWeight, Acceptance) = (new double[all], new double[all]);
        (_proposal, _proposedMember, _proposalNoise, _memberNoise) = (new float[all * d], new float[all], new double[all * d], new double[all]);
        (_accept, _logDensity) = (new float[all], new float[all]);
        (_weight, _member, _latent, _whitened) = (new double[n], new float[n], new float[n * d], new double[n * d]);
        _memberSequences = model.Members == 1 ? [] : numbers.Sequences(Enumerable.Range(0, _tableRows), 1, RandomPurpose.MemberChoice);
        _proposalSequences = numbers.Sequences(Enumerable.Range(0, _tableRows * d), d, RandomPurpose.LatentProposal);
        var coded = posteriors.Coded;
        _density = model.Sessions.Bind(
            GraphFiles.CollapsedDensity,
            [
                .. model.MemberInput(_proposedMember),
                new("z", _proposal, all, d),
                new("x", RowMajor.Repeat(coded.Values, sweeps * rows.Chains), all, p),
                new("observed", RowMajor.Repeat(coded.Observed, sweeps * rows.Chains), all, p),
                new("log_density", _logDensity, all),
            ]);
    }

    /// <summary>d.</summary>
    internal int Dimension => _d;

    /// <summary>z where the chains stand after each sweep of the block, row-major [B, N, d].</summary>
    internal float[] Latent { get; }

    /// <summary>The member each chain stands under, [B, N].</summary>
    internal float[] Member { get; }

    /// <summary>The noise that proposed the z where the chains stand, row-major [B, N, d].</summary>
    internal double[] Whitened { get; }

    /// <summary>Log weights of what was proposed, target over proposal up to a constant of the row, [B, N].</summary>
    internal double[] LogWeight { get; }

    /// <summary>Probability with which it is accepted, [B, N].</summary>
    internal double[] Acceptance { get; }

    /// <summary>Proposes to every chain for every sweep of a block, and lets the chains walk.</summary>
    /// <param name="sweeps">The sweeps' numbers, which key the decisions' noise, their draws and the fits they are under; at most B of
    /// them.</param>
    internal void Run(ReadOnlySpan<BlockSweep> sweeps)
    {
        for (var b = 0; b < sweeps.Length; b++) Propose(b, sweeps[b]);
        StandardNormal.Quantiles(_proposalNoise.AsSpan(0, sweeps.Length * _rows.Count * _d));
        for (var i = 0; i < sweeps.Length * _rows.Count; i++) Place(i, sweeps[i / _rows.Count].Fit);
        _density.Run();
        for (var b = 0; b < sweeps.Length; b++) Walk(b, sweeps[b].Fit);
    }

    public void Dispose() => _density.Dispose();

    private void Propose(int b, BlockSweep sweep)
    {
        var n = _rows.Count;
        _rows.Uniforms(_accept.AsSpan(b * n, n), RandomPurpose.ProposalAcceptance, sweep.Number);
        _numbers.MoveTo(sweep.Draw);
        _numbers.Fill(_proposalNoise.AsSpan(b * n * _d), _proposalSequences);
        _numbers.Fill(_memberNoise.AsSpan(b * n), _memberSequences);
    }

    // The proposed member, and z under it.
    private void Place(int i, int fit)
    {
        var row = i % _tableRows;
        _proposedMember[i] = _memberSequences.Length > 0 ? _weights.Pick(row, fit, _memberNoise[i]) : _weights.Likeliest(row, fit);
        var mode = ModeOf(i);
        Span<double> step = stackalloc double[_d];
        _proposalNoise.AsSpan(i * _d, _d).CopyTo(step);
        Cholesky.SolveTransposed(_modes.Factors.AsSpan(mode * _d * _d, _d * _d), _d, step);
        for (var k = 0; k < _d; k++) _proposal[i * _d + k] = (float)(_modes.Latent[mode * _d + k] + step[k]);
    }

    private void Walk(int b, int fit)
    {
        var n = _rows.Count;
        if (fit != _fit) Start(fit);
        for (var i = 0; i < n; i++)
        {
            var at = b * n + i;
            Decide(i, at);
            Member[at] = _member[i];
            _latent.AsSpan(i * _d, _d).CopyTo(Latent.AsSpan(at * _d));
            _whitened.AsSpan(i * _d, _d).CopyTo(Whitened.AsSpan(at * _d));
        }
    }

    // A fit begins: every chain starts at the mode of its row's most probable component, where the weight is 1.
    private void Start(int fit)
    {
        _fit = fit;
        Array.Clear(_weight);
        Array.Clear(_whitened);
        for (var i = 0; i < _rows.Count; i++)
        {
            _member[i] = _weights.Likeliest(i % _tableRows, fit);
            _modes.Latent.AsSpan(((int)_member[i] * _tableRows + i % _tableRows) * _d, _d).CopyTo(_latent.AsSpan(i * _d));
        }
    }

    // The mode of the row under the proposed member.
    private int ModeOf(int i) => (int)_proposedMember[i] * _tableRows + i % _tableRows;

    // The weight is target over proposal: the log density at z over that at the member's mode, plus half the squared norm of the noise that
    // proposed z.
    private void Decide(int i, int at)
    {
        var weight = _logDensity[at] - _modes.LogDensity[ModeOf(at)];
        foreach (var noise in _proposalNoise.AsSpan(at * _d, _d)) weight += 0.5 * noise * noise;
        if (!double.IsFinite(weight)) weight = double.NegativeInfinity;
        LogWeight[at] = weight;
        Acceptance[at] = Math.Min(1, Math.Exp(weight - _weight[i]));
        if (!(_accept[at] < Acceptance[at])) return;
        (_weight[i], _member[i]) = (weight, _proposedMember[at]);
        _proposalNoise.AsSpan(at * _d, _d).CopyTo(_whitened.AsSpan(i * _d));
        _proposal.AsSpan(at * _d, _d).CopyTo(_latent.AsSpan(i * _d));
    }
}

/// <summary>A sweep of a block.</summary>
/// <param name="Number">Keys its decisions' noise.</param>
/// <param name="Draw">The draw it is; negative in the burn-in.</param>
/// <param name="Fit">The fit it is under.</param>
internal readonly record struct BlockSweep(long Number, int Draw, int Fit);
