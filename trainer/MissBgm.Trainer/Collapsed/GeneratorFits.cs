using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Forests;
using MissBgm.Trainer.Collapsed.Mixtures;

namespace MissBgm.Trainer.Collapsed;

/// <summary>One of the fits that have a weight.</summary>
/// <param name="Components">Its components; null for the linear one.</param>
internal sealed record PointFit(GaussianComponent[]? Components);

/// <summary>What is fitted to all observed cells.</summary>
/// <param name="Fits">The fits that have a weight.</param>
/// <param name="Mixture">Their parameters: the members in the evidence's order.</param>
/// <param name="Evidence">The evidence, fits without weight left out.</param>
/// <param name="Completed">The rows as the average completes them, [n, p].</param>
/// <param name="Data">The rows that mixtures were fitted to: all, or of a tall table a choice.</param>
internal sealed record FittedGenerators(
    IReadOnlyList<PointFit> Fits, CollapsedMixture Mixture, GeneratorEvidence Evidence, double[] Completed, MaskedMatrix Data)
{
    /// <summary>The fits as laws of missing cells, where the mask is ignorable.</summary>
    public IReadOnlyList<GeneratorLaw> Laws(FittedLinear linear) =>
        [.. Fits.Select((fit, i) => new GeneratorLaw(Evidence.Fits[i].Weight, fit.Components is null ? linear.Factors : null, fit.Components))];
}

/// <summary>
/// The fits that have a weight, made on all observed cells; mixtures on those of at most <see cref="GeneratorChoice.MostFitRows"/> rows, so that their cost
/// does not grow with a table's height.
/// </summary>
internal static class GeneratorFits
{
    /// <summary>Fits the mixtures beside the linear model.</summary>
    /// <param name="linear">The linear fit, whose mechanism the mixtures take over.</param>
    /// <param name="linearWeights">Its exported parameters.</param>
    /// <param name="completed">Its completion, [n, p].</param>
    /// <param name="choice">Which fits have a weight.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="seed">Seed of the starts.</param>
    /// <param name="cancel">Ends the fits.</param>
    public static FittedGenerators Run(
        FittedLinear linear, CollapsedWeights linearWeights, double[] completed, GeneratorEvidence choice, int threads, ulong seed, CancellationToken cancel)
    {
        var data = linear.Data;
        var (sample, start) = Sample(data, completed, seed);
        var iterations = MixtureEffort.Of(data.Rows, data.Columns).Iterations;
        var masked = Enumerable.Range(0, data.Columns).Select(linear.Model.IsMasked).ToArray();
        var mask = linear.Evidence.Chosen == Mechanism.Self
            ? new SelfMask(linear.Model.Slope[..data.Columns], linear.Model.Threshold[..data.Columns].ToArray())
            : SelfMask.Ignorable;
        var (fits, members, shares, average) = (new List<PointFit>(), new List<CollapsedWeights>(), new List<double>(), new double[completed.Length]);
        foreach (var (fit, i) in choice.Fits.Select((fit, i) => (fit, i)))
        {
            if (fit.Weight == 0) continue;
            cancel.ThrowIfCancellationRequested();
            if (i == 0)
            {
                fits.Add(new PointFit(null));
                members.Add(linearWeights);
                shares.Add(0.0);
                AddScaled(completed, fit.Weight, average);
                continue;
            }

            var components = MixtureFit.Run(
                sample, start, mask,
                new MixtureSettings { Components = fit.Components, Start = (i - 1) % GeneratorChoice.Starts, Iterations = iterations, Threads = threads },
                seed, cancel);
            fits.Add(new PointFit(components));
            members.AddRange(components.Select(component => FactorForm.Of(component, mask, masked)));
            shares.AddRange(components.Select(component => component.LogWeight));
            AddScaled(MixtureFit.Complete(data, components, mask, threads), fit.Weight, average);
        }

        return new FittedGenerators(
            fits, new CollapsedMixture(members, [.. shares]), choice with { Fits = [.. choice.Fits.Where(fit => fit.Weight > 0)] },
            average, sample);
    }

    private static (MaskedMatrix Data, double[] Completed) Sample(MaskedMatrix data, double[] completed, ulong seed)
    {
        if (data.Rows <= GeneratorChoice.MostFitRows) return (data, completed);
        var (p, rows) = (data.Columns, new Philox(seed).Permutation(data.Rows, RandomPurpose.MemberChoice, 1)[..GeneratorChoice.MostFitRows]);
        var chosen = new double[rows.Length * p];
        for (var i = 0; i < rows.Length; i++) completed.AsSpan(rows[i] * p, p).CopyTo(chosen.AsSpan(i * p));
        return (data.Choose(rows), chosen);
    }

    private static void AddScaled(double[] source, double factor, double[] destination)
    {
        for (var i = 0; i < source.Length; i++) destination[i] += factor * source[i];
    }
}
