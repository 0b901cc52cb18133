using MissBgm.Runtime.Diagnostics;

namespace MissBgm.Runtime.Sampling;

/// <summary>
/// How the draws of a chain are shared among draws of Bayesian weights: under each, the chain starts anew and runs on its own. Together the
/// draws are of the posterior averaged over the weights' (MissBGM Section 4.3, "drawn from fixed variational distributions"). With point
/// weights all draws are one segment.
/// </summary>
internal sealed class DrawSegments
{
    private readonly int _chains;
    private readonly int _draws;
    private readonly Dictionary<int, Convergence> _convergence = [];

    /// <param name="weightDraws">Draws of the weights; 0 for point weights.</param>
    /// <param name="chains">Chains of each row.</param>
    /// <param name="draws">Draws of each chain.</param>
    internal DrawSegments(int weightDraws, int chains, int draws)
    {
        (_chains, _draws) = (chains, draws);
        var parts = Math.Min(weightDraws, draws);
        All = weightDraws == 0 ? [new(0, 0, draws)] : [.. Enumerable.Range(0, parts).Select(k => Segment(k, parts))];
    }

    /// <summary>A segment: the weights it runs under, its first draw and how many it keeps.</summary>
    internal readonly record struct Part(int WeightDraw, int First, int Count);

    /// <summary>The segments in order.</summary>
    internal IReadOnlyList<Part> All { get; }

    /// <summary>
    /// Convergence of a cell's draws, [chains, draws]: chains under different weights have different targets, so each segment is judged by
    /// itself; the worst R-hat counts, and effective samples add up.
    /// </summary>
    internal ConvergenceSummary Summarise(Span<float> draws) => Summarise(draws, (convergence, values) => convergence.Summarise(values));

    /// <summary>The same of a cell's levels.</summary>
    internal ConvergenceSummary SummariseLevels(Span<float> levels) => Summarise(levels, (convergence, values) => convergence.SummariseLevels(values));

    private ConvergenceSummary Summarise(Span<float> draws, Func<Convergence, float[], ConvergenceSummary> judge)
    {
        var whole = new ConvergenceSummary(double.NegativeInfinity, 0, 0);
        foreach (var part in All)
        {
            if (!_convergence.TryGetValue(part.Count, out var convergence)) _convergence.Add(part.Count, convergence = new Convergence(_chains, part.Count));
            var values = new float[_chains * part.Count];
            for (var chain = 0; chain < _chains; chain++) draws.Slice(chain * _draws + part.First, part.Count).CopyTo(values.AsSpan(chain * part.Count));
            var own = judge(convergence, values);
            whole = new ConvergenceSummary(Math.Max(whole.RHat, own.RHat), whole.BulkEss + own.BulkEss, whole.TailEss + own.TailEss);
        }

        return whole;
    }

    private Part Segment(int k, int parts) => new(k + 1, (int)((long)_draws * k / parts), (int)((long)_draws * (k + 1) / parts - (long)_draws * k / parts));
}
