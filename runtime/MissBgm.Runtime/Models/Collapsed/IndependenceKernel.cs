using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>
/// Independence Metropolis on z under one fit at a time, with its Laplace approximation as proposal. Of a mixture a proposal is a
/// component, by its probability for the row, and a z under it; the target is the joint posterior of both, so that Laplace's error in the
/// probabilities is corrected too.
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
    private readonly double[] _weight;
    private readonly GraphCall _density;
    private int _fit = -1;

    /// <summary>Binds the density.</summary>
    internal IndependenceKernel(Model model, StackedRows rows, ScrambledDraws numbers, RowPosteriors posteriors)
    {
        var (n, d, p) = (rows.Count, model.LatentDimension, model.Columns);
        (_rows, _numbers, _d, _tableRows, _modes, _weights) = (rows, numbers, d, numbers.TableRows, posteriors.Modes, posteriors.Weights);
        (Latent, Member, Whitened, Info) = (new float[n * d], new float[n], new double[n * d], new IndependenceInfo(n));
        (_proposal, _proposedMember, _proposalNoise, _memberNoise) = (new float[n * d], new float[n], new double[n * d], new double[n]);
        (_accept, _logDensity, _weight) = (new float[n], new float[n], new double[n]);
        _memberSequences = model.Members == 1 ? [] : numbers.Sequences(Enumerable.Range(0, _tableRows), 1, RandomPurpose.MemberChoice);
        _proposalSequences = numbers.Sequences(Enumerable.Range(0, _tableRows * d), d, RandomPurpose.LatentProposal);
        var coded = posteriors.Coded;
        _density = model.Sessions.Bind(
            GraphFiles.CollapsedDensity,
            [
                .. model.MemberInput(_proposedMember),
                new("z", _proposal, n, d),
                new("x", RowMajor.Repeat(coded.Values, rows.Chains), n, p),
                new("observed", RowMajor.Repeat(coded.Observed, rows.Chains), n, p),
                new("log_density", _logDensity, n),
            ]);
    }

    /// <summary>z where the chains stand, row-major [N, d].</summary>
    internal float[] Latent { get; }

    /// <summary>The member each chain stands under, [N].</summary>
    internal float[] Member { get; }

    /// <summary>The noise that proposed the z where the chains stand, row-major [N, d].</summary>
    internal double[] Whitened { get; }

    /// <summary>What the last step did; overwritten by the next.</summary>
    internal IndependenceInfo Info { get; }

    /// <summary>Goes to a fit: every chain starts at the mode of its row's most probable component, where the weight is 1.</summary>
    internal void Start(int fit)
    {
        if (fit == _fit) return;
        _fit = fit;
        Array.Clear(_weight);
        Array.Clear(Whitened);
        for (var i = 0; i < _rows.Count; i++)
        {
            Member[i] = _proposedMember[i] = _weights.Likeliest(i % _tableRows, fit);
            _modes.Latent.AsSpan(ModeOf(i) * _d, _d).CopyTo(Latent.AsSpan(i * _d));
        }
    }

    /// <summary>Proposes to every chain and decides.</summary>
    /// <param name="sweep">Keys the decisions' noise.</param>
    internal void Step(long sweep)
    {
        _rows.Uniforms(_accept, RandomPurpose.ProposalAcceptance, sweep);
        _numbers.Fill(_proposalNoise, _proposalSequences);
        StandardNormal.Quantiles(_proposalNoise);
        _numbers.Fill(_memberNoise, _memberSequences);
        Span<double> step = stackalloc double[_d];
        for (var i = 0; i < _rows.Count; i++)
        {
            if (_memberSequences.Length > 0) _proposedMember[i] = _weights.Pick(i % _tableRows, _fit, _memberNoise[i]);
            var mode = ModeOf(i);
            _proposalNoise.AsSpan(i * _d, _d).CopyTo(step);
            Cholesky.SolveTransposed(_modes.Factors.AsSpan(mode * _d * _d, _d * _d), _d, step);
            for (var k = 0; k < _d; k++) _proposal[i * _d + k] = (float)(_modes.Latent[mode * _d + k] + step[k]);
        }

        _density.Run();
        for (var i = 0; i < _rows.Count; i++) Decide(i);
    }

    public void Dispose() => _density.Dispose();

    // The mode of the row under the proposed member.
    private int ModeOf(int i) => (int)_proposedMember[i] * _tableRows + i % _tableRows;

    // The weight is target over proposal: the log density at z over that at the member's mode, plus half the squared norm of the noise that
    // proposed z.
    private void Decide(int i)
    {
        var weight = _logDensity[i] - _modes.LogDensity[ModeOf(i)];
        foreach (var noise in _proposalNoise.AsSpan(i * _d, _d)) weight += 0.5 * noise * noise;
        if (!double.IsFinite(weight)) weight = double.NegativeInfinity;
        Info.LogWeight[i] = weight;
        Info.Acceptance[i] = Math.Min(1, Math.Exp(weight - _weight[i]));
        if (!(_accept[i] < Info.Acceptance[i])) return;
        (_weight[i], Member[i]) = (weight, _proposedMember[i]);
        _proposalNoise.AsSpan(i * _d, _d).CopyTo(Whitened.AsSpan(i * _d));
        _proposal.AsSpan(i * _d, _d).CopyTo(Latent.AsSpan(i * _d));
    }
}

/// <summary>What one independence Metropolis update did, for each of N rows.</summary>
/// <param name="rows">N.</param>
internal sealed class IndependenceInfo(int rows)
{
    /// <summary>Log weights of what was proposed, target over proposal up to a constant of the row.</summary>
    internal double[] LogWeight { get; } = new double[rows];

    /// <summary>Probability of acceptance.</summary>
    internal double[] Acceptance { get; } = new double[rows];

    /// <summary>The update, counted.</summary>
    internal UpdateTally Tally => new(Acceptance.Length, Acceptance.Sum(), 0);
}
