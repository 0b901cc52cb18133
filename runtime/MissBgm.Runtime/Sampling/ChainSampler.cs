using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Diagnostics;

namespace MissBgm.Runtime.Sampling;

/// <summary>Runs the chains of a batch of rows through burn-in and draws, once under each draw of Bayesian weights.</summary>
/// <param name="settings">Sampling.</param>
/// <param name="draws">Keeps the draws.</param>
internal sealed class ChainSampler(InferenceSettings settings, ChainDraws draws)
{
    private readonly SortedDictionary<string, UpdateTally> _updates = new(StringComparer.Ordinal);

    /// <summary>What the updates after warm-up did, by the name of what they move.</summary>
    internal IReadOnlyDictionary<string, UpdateTally> Updates => _updates;

    /// <summary>Chains of rows whose E-BFMI is low.</summary>
    internal int SlowEnergyChains { get; private set; }

    /// <summary>How well each table row has been explored, of samplers that judge rows themselves.</summary>
    internal ConvergenceSummary[]? RowConvergence { get; private set; }

    /// <summary>Runs one segment.</summary>
    /// <param name="segment">Which draws.</param>
    /// <param name="sweep">The sampler.</param>
    /// <param name="chains">Chains of all rows.</param>
    /// <param name="step">Called after each sweep.</param>
    /// <param name="cancellation">Checked before each sweep.</param>
    internal void Run(DrawSegments.Part segment, ISweep sweep, int chains, Action step, CancellationToken cancellation)
    {
        var adaptation = (int)(settings.AdaptationShare * settings.BurnIn);
        // Noise is keyed by the sweep's number: segments have numbers of their own.
        var first = (long)segment.First + Math.Max(0, segment.WeightDraw - 1) * (long)settings.BurnIn;
        var energy = new EnergyFraction(chains);
        for (var number = 0; number < settings.BurnIn + segment.Count; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            sweep.Run(first + number, adapt: number < adaptation);
            if (number == adaptation - 1) sweep.Freeze();
            step();
            if (number < settings.BurnIn) continue;
            draws.Keep(segment.First + number - settings.BurnIn, sweep.Completed);
            if (sweep.Energy is { } energies) energy.Add(energies);
            if (sweep.Conditional is { } moments) draws.Keep(moments);
            foreach (var (name, tally) in sweep.Updates) _updates[name] = _updates.GetValueOrDefault(name).Add(tally);
        }

        SlowEnergyChains += Enumerable.Range(0, chains).Count(chain => energy.Of(chain) < ConvergenceVerdict.EnergyLimit);
        // Samplers that judge rows themselves are of models with point weights: one segment.
        RowConvergence ??= sweep.RowConvergence();
    }
}
