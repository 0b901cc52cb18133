using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Laplace;
using MissBgm.Trainer.Collapsed.Mixtures;

namespace MissBgm.Trainer.Collapsed;

/// <summary>
/// Draws of the fits' parameters, so that imputations carry the uncertainty of the fit (proper imputations: Rubin, "Multiple imputation for
/// nonresponse in surveys", 1987; Little and Rubin, "Statistical analysis with missing data", section 10.2): each is one of the fits, as
/// often as it has weight, its parameters drawn from their posterior by Gibbs sampling from where the fit ended. Where the mechanism is
/// selection, whose sharp cuts a sampler would not move, they are fitted anew to rows weighted at random (<see cref="BayesianBootstrap"/>).
/// The mechanism and the generators were chosen on the table itself; self slopes are drawn from their posterior.
/// </summary>
internal static class ParameterDraws
{
    /// <summary>Gibbs sweeps of a mixture's draw, at most.</summary>
    public const int MixtureSweeps = 20;

    private const int FewestDraws = 10;

    // A bundle's members at most, in multiples of those of the fits on all rows, once they are many.
    private const int MostGrowth = 5;
    private const int FewMembers = 60;
    private const int FactorSweeps = 50;
    private const int FewFactors = 5;
    private const int FewestSweeps = 15;
    private const int MostRowSweeps = 100_000;

    // Rows * columns^2 beyond which a sweep of a mixture is dear, and half as many have to do.
    private const double MostWorkOfSmall = 1e5;

    /// <summary>How many draws of the fits are made: the number asked for, or fewer where mixtures of many components would make the bundle large.</summary>
    public static int Count(int asked, IReadOnlyList<GeneratorFit> fits)
    {
        var each = fits.Sum(fit => fit.Weight * fit.Components);
        var room = Math.Max(Math.Max(FewMembers, asked), MostGrowth * fits.Sum(fit => fit.Components));
        return Math.Min(asked, Math.Max(FewestDraws, (int)(room / each)));
    }

    /// <summary>Makes the draws.</summary>
    /// <param name="linear">The linear fit.</param>
    /// <param name="generators">The fits on all rows.</param>
    /// <param name="centre">Means of the completed columns, [p].</param>
    /// <param name="settings">How many, and how.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="cancel">Ends them.</param>
    /// <returns>The draws as equally weighted fits, and what the manifest says of them.</returns>
    public static (CollapsedMixture Mixture, GeneratorEvidence Evidence) Run(
        FittedLinear linear, FittedGenerators generators, double[] centre, CollapsedSettings settings, ulong seed, CancellationToken cancel)
    {
        var evidence = generators.Evidence;
        var count = Count(settings.ParameterDraws, evidence.Fits);
        var chosen = Enumerable.Range(0, count).Select(k => Pick(evidence.Fits, (k + 0.5) / count)).ToArray();
        var draws = new (IReadOnlyList<CollapsedWeights> Members, IReadOnlyList<double> Shares)[count];
        // Whole draws run side by side: each is small.
        RowBlocks.Run(count, 1, settings.Threads, () => 0, (_, k, _, _) =>
        {
            cancel.ThrowIfCancellationRequested();
            draws[k] = Draw(linear, generators.Fits[chosen[k]], generators.Data, centre, settings, new Philox(seed), k);
        });
        var mixture = new CollapsedMixture([.. draws.SelectMany(draw => draw.Members)], [.. draws.SelectMany(draw => draw.Shares)]);
        return (mixture, evidence with { ParameterDraws = count, Fits = [.. chosen.Select(fit => evidence.Fits[fit] with { Weight = 1.0 / count })] });
    }

    // Which fit the k-th of equally spaced probabilities falls to.
    private static int Pick(IReadOnlyList<GeneratorFit> fits, double probability)
    {
        var fit = 0;
        for (var below = fits[0].Weight; below < probability && fit < fits.Count - 1; below += fits[fit].Weight) fit++;
        return fit;
    }

    private static (IReadOnlyList<CollapsedWeights>, IReadOnlyList<double>) Draw(
        FittedLinear linear, PointFit fit, MaskedMatrix rows, double[] centre, CollapsedSettings settings, Philox random, int k)
    {
        if (linear.Evidence.Chosen == Mechanism.Selection) return ([CollapsedFit.Export(Refit(linear, settings, random, k), linear.Data.Columns)], [0.0]);
        var (data, stream) = (linear.Data, new RandomStream(random, k));
        if (fit.Factors is { } other)
        {
            var drawnFactors = FactorPosterior.Draw(rows, other, new double[data.Columns], FactorSweepsOf(rows.Rows, other.Dimension), stream);
            return ([FactorForm.Of(drawnFactors.Model, data.Columns)], [0.0]);
        }

        var self = linear.Evidence.Chosen == Mechanism.Self;
        var slopes = self ? linear.Slopes.Draw(random, k) : new double[data.Columns];
        var masked = Enumerable.Range(0, data.Columns).Select(j => self ? slopes[j] != 0.0 : linear.Model.IsMasked(j)).ToArray();
        if ((fit.Components ?? Unrestricted(linear, settings)) is not { } components)
        {
            var (factors, thresholds) = FactorPosterior.Draw(data, Factors(linear), slopes, FactorSweepsOf(data.Rows, linear.Model.Dimension), stream);
            return ([CollapsedFit.Export(linear.Model.With(masked, slopes, factors, thresholds), data.Columns)], [0.0]);
        }

        var mask = self ? new SelfMask(slopes, Intercepts(linear.Model, slopes)) : SelfMask.Ignorable;
        var own = fit.Components is null ? data : rows;
        var drawn = MixturePosterior.Draw(
            own, components, centre, mask, new MixtureSettings { Components = components.Length }, MixtureSweepsOf(own.Rows, own.Columns), stream);
        return ([.. drawn.Select(component => FactorForm.Of(component, mask, masked))], [.. drawn.Select(component => component.LogWeight)]);
    }

    // As many passes over the rows as small tables have, but for few; a sweep's cost grows with the square of the dimension.
    private static int FactorSweepsOf(int rows, int d)
    {
        var most = Math.Clamp(FactorSweeps * FewFactors * FewFactors / (d * d), FewestSweeps, FactorSweeps);
        return Math.Clamp(MostRowSweeps / rows, FewestSweeps, most);
    }

    private static int MixtureSweepsOf(int rows, int columns) => (double)rows * columns * columns <= MostWorkOfSmall ? MixtureSweeps : MixtureSweeps / 2;

    // With p - 1 factors to be had, the linear model is any normal law; its draws are free of the bounds that fewer factors set to the covariance.
    private static GaussianComponent[]? Unrestricted(FittedLinear linear, CollapsedSettings settings)
    {
        var (p, model) = (linear.Data.Columns, linear.Model);
        if (p < 2 || p - 1 > Math.Min(settings.LatentDimension, linear.Data.Rows / LinearFit.RowsPerFactor)) return null;
        var covariance = new double[p * p];
        for (var i = 0; i < p; i++)
        {
            covariance[i * p + i] = Math.Exp(2.0 * model.LogScale[i]);
            for (var j = 0; j < p; j++)
            {
                for (var k = 0; k < model.Dimension; k++) covariance[i * p + j] += model.Loadings[k * model.Stride + i] * model.Loadings[k * model.Stride + j];
            }
        }

        return [new GaussianComponent(1.0, model.Intercept[..p].ToArray(), covariance)];
    }

    private static FactorModel Factors(FittedLinear linear)
    {
        if (linear.Evidence.Chosen == Mechanism.Ignorable) return linear.Factors;
        var model = linear.Model;
        return new FactorModel(
            model.Dimension, model.Stride, model.Loadings.ToArray(), model.Intercept.ToArray(),
            [.. model.LogScale.ToArray().Select(scale => Math.Exp(2.0 * scale))], [], [], []);
    }

    private static CollapsedModel Refit(FittedLinear linear, CollapsedSettings settings, Philox random, int k)
    {
        var data = linear.Data;
        var model = linear.Model.Clone();
        LaplaceEm.Fit(data.Weighted(BayesianBootstrap.Weights(data.Rows, random, k)), model, linear.Modes.Mode, new LaplaceEmSettings
        {
            Steps = settings.DrawSteps,
            FewestPasses = 1,
            BatchSize = settings.BatchSize,
            LearningRate = settings.LearningRate,
            CorrelationPull = linear.Evidence.SharedCorrelation ? LinearFit.SharedCorrelationPull : 0.0,
        }, (ulong)k + 1);
        return model;
    }

    // With another slope the chance of being observed stays, on average over x ~ N(m, v): (alpha m + a) / sqrt(1 + alpha^2 v) does.
    private static double[] Intercepts(CollapsedModel model, double[] slopes)
    {
        var intercepts = new double[slopes.Length];
        for (var j = 0; j < slopes.Length; j++)
        {
            var (mean, variance) = (model.Intercept[j], Math.Exp(2.0 * model.LogScale[j]));
            for (var k = 0; k < model.Dimension; k++) variance += model.Loadings[k * model.Stride + j] * model.Loadings[k * model.Stride + j];
            var (slope, threshold) = (model.Slope[j], model.Threshold[j]);
            var chance = (slope * mean + threshold) / Math.Sqrt(1.0 + slope * slope * variance);
            intercepts[j] = chance * Math.Sqrt(1.0 + slopes[j] * slopes[j] * variance) - slopes[j] * mean;
        }

        return intercepts;
    }
}
