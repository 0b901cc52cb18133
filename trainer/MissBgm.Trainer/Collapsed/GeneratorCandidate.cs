using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Forests;
using MissBgm.Trainer.Collapsed.Mixtures;

namespace MissBgm.Trainer.Collapsed;

/// <summary>A generator that is weighed against the linear one: a linear one of another latent dimension, or a mixture.</summary>
/// <param name="Components">The mixture's components; 1 for a linear generator.</param>
/// <param name="Dimension">The linear generator's latent dimension; 0 for a mixture.</param>
internal readonly record struct GeneratorCandidate(int Components, int Dimension)
{
    // Averaged with others, factors that EM has not yet fitted to the noise foretell as well as those at the optimum, or better, in a tenth of the time.
    private const int LinearIterations = 20;

    /// <summary>A linear generator.</summary>
    public static GeneratorCandidate Linear(int dimension) => new(1, dimension);

    /// <summary>A mixture.</summary>
    public static GeneratorCandidate Mixture(int components) => new(components, 0);

    /// <summary>Whether it is a mixture.</summary>
    public bool IsMixture => Dimension == 0;

    /// <summary>How many fits it takes: a mixture's differ by their starts.</summary>
    public int Fits => IsMixture ? GeneratorChoice.Starts : 1;

    /// <summary>Fits with a weight of 1.</summary>
    /// <param name="data">Standardised table.</param>
    /// <param name="completed">Its completion by the linear generator, [n, p].</param>
    /// <param name="mask">The mechanism; ignorable for a linear generator.</param>
    /// <param name="start">Which of a mixture's starts.</param>
    /// <param name="threads">Threads; results do not depend on it.</param>
    /// <param name="seed">Seed of a mixture's start.</param>
    /// <param name="cancel">Ends the fit.</param>
    public GeneratorLaw Fit(
        MaskedMatrix data, double[] completed, SelfMask mask, int start, int threads, ulong seed, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!IsMixture) return new GeneratorLaw(1.0, FactorAnalysis.Fit(data, Dimension, threads, LinearIterations, cancel), null);
        var settings = new MixtureSettings { Components = Components, Start = start, Threads = threads };
        return new GeneratorLaw(1.0, null, MixtureFit.Run(data, completed, mask, settings, seed, cancel));
    }
}
