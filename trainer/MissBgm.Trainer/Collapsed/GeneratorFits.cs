using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Forests;
using MissBgm.Trainer.Collapsed.Mixtures;

namespace MissBgm.Trainer.Collapsed;

/// <summary>One of the fits that have a weight.</summary>
/// <param name="Components">A mixture's components.</param>
/// <param name="Factors">A linear generator of another dimension than the linear one, which has neither.</param>
internal sealed record PointFit(GaussianComponent[]? Components, FactorModel? Factors);

/// <summary>What is fitted to all observed cells.</summary>
/// <param name="Fits">The fits that have a weight.</param>
/// <param name="Mixture">Their parameters: the members in the evidence's order.</param>
/// <param name="Evidence">The evidence, fits without weight left out.</param>
/// <param name="Completed">The rows as the average completes them, [n, p].</param>
/// <param name="Data">The rows that those beside the linear one were fitted to: all, or of a tall table a choice.</param>
internal sealed record FittedGenerators(
    IReadOnlyList<PointFit> Fits, CollapsedMixture Mixture, GeneratorEvidence Evidence, double[] Completed, MaskedMatrix Data)
{
    /// <summary>The fits as laws of missing cells, where the mask is ignorable.</summary>
    public IReadOnlyList<GeneratorLaw> Laws(FittedLinear linear) =>
        [.. Fits.Select((fit, i) => new GeneratorLaw(Evidence.Fits[i].Weight, fit.Components is null ? fit.Factors ?? linear.Factors : null, fit.Components))];
}

/// <summary>
/// The fits that have a weight, made on all observed cells; those beside the linear one on those of at most
/// <see cref="GeneratorChoice.MostFitRows"/> rows, so that their cost does not grow with a table's height.
/// </summary>
internal static class GeneratorFits
{
    /// <summary>Fits the candidates beside the linear model.</summary>
    /// <param name="linear">The linear fit, whose mechanism the mixtures take over.</param>
    /// <param name="linearWeights">Its exported parameters.</param>
    /// <param name="completed">Its completion, [n, p].</param>
    /// <param name="choice">Which fits have a weight.</param>
    /// <param name="candidates">The candidates that they are of, but for the linear one.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="seed">Seed of the starts.</param>
    /// <param name="cancel">Ends the fits.</param>
    public static FittedGenerators Run(
        FittedLinear linear, CollapsedWeights linearWeights, double[] completed, GeneratorEvidence choice, IReadOnlyList<GeneratorCandidate> candidates,
        int threads, ulong seed, CancellationToken cancel)
    {
        var data = linear.Data;
        var (sample, start) = Sample(data, completed, seed);
        var masked = Enumerable.Range(0, data.Columns).Select(linear.Model.IsMasked).ToArray();
        var mask = linear.Evidence.Chosen == Mechanism.Self
            ? new SelfMask(linear.Model.Slope[..data.Columns], linear.Model.Threshold[..data.Columns].ToArray())
            : SelfMask.Ignorable;
        var plan = GeneratorChoice.Fits(candidates);
        var (fits, members, average) = (new List<PointFit>(), new List<(CollapsedWeights Weights, double LogShare)>(), new double[completed.Length]);
        foreach (var (fit, i) in choice.Fits.Select((fit, i) => (fit, i)))
        {
            if (fit.Weight == 0) continue;
            var (own, parts, rows) = i == 0 ? (new PointFit(null, null), [(linearWeights, 0.0)], completed) : Fit(plan[i - 1].Candidate, plan[i - 1].Start);
            fits.Add(own);
            members.AddRange(parts);
            for (var cell = 0; cell < average.Length; cell++) average[cell] += fit.Weight * rows[cell];
        }

        return new FittedGenerators(
            fits, new CollapsedMixture([.. members.Select(member => member.Weights)], [.. members.Select(member => member.LogShare)]),
            choice with { Fits = [.. choice.Fits.Where(fit => fit.Weight > 0)] }, average, sample);

        (PointFit Fit, IEnumerable<(CollapsedWeights, double)> Members, double[] Completed) Fit(GeneratorCandidate candidate, int own)
        {
            var law = candidate.Fit(sample, start, mask, own, threads, seed, cancel);
            if (law.Linear is { } model)
            {
                var factors = sample == data ? model : FactorAnalysis.For(data, model, threads);
                return (new PointFit(null, factors), [(FactorForm.Of(factors, data.Columns), 0.0)], GeneratorTrials.Complete(data, factors));
            }

            var components = law.Components!;
            return (
                new PointFit(components, null),
                components.Select(component => (FactorForm.Of(component, mask, masked), component.LogWeight)),
                MixtureFit.Complete(data, components, mask, threads));
        }
    }

    private static (MaskedMatrix Data, double[] Completed) Sample(MaskedMatrix data, double[] completed, ulong seed)
    {
        if (data.Rows <= GeneratorChoice.MostFitRows) return (data, completed);
        var (p, rows) = (data.Columns, new Philox(seed).Permutation(data.Rows, RandomPurpose.MemberChoice, 1)[..GeneratorChoice.MostFitRows]);
        var chosen = new double[rows.Length * p];
        for (var i = 0; i < rows.Length; i++) completed.AsSpan(rows[i] * p, p).CopyTo(chosen.AsSpan(i * p));
        return (data.Choose(rows), chosen);
    }
}
