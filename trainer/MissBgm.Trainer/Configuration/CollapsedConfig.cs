namespace MissBgm.Trainer.Configuration;

/// <summary>The fit and sampling of a collapsed model, which has no missing values to alternate over.</summary>
public sealed record CollapsedConfig
{
    /// <summary>Fewest Adam steps.</summary>
    public int Steps { get; init; } = 1500;

    /// <summary>Rows of a mini-batch.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Adam learning rate at the start.</summary>
    public double Lr { get; init; } = 0.01;

    /// <summary>
    /// <c>auto</c> averages the linear generator with mixtures of linear ones as far as these predict hidden observed cells better, unless the mechanism is
    /// selection, and draws columns of numbers by forests beside these where that does; <c>mixtures</c> has no forests; <c>linear</c> keeps to the linear one.
    /// </summary>
    public string Generator { get; init; } = "auto";

    /// <summary>
    /// Maps of columns of numbers: <c>auto</c> leads draws to each column's atoms and bounds, and models columns by normal scores where
    /// that does better on hidden observed cells; <c>support</c> keeps the scale; <c>none</c> models and draws numbers as they are.
    /// </summary>
    public string Marginals { get; init; } = "auto";

    /// <summary>
    /// Levels of discrete columns: <c>auto</c> draws them by a classification tree beside their latent normal variables where that
    /// foretells hidden levels better, <c>normal</c> by those alone; <c>scores</c> by the normal law of their scores, whose associations are
    /// those of the levels, not of the variables behind them, and so too weak in what is drawn.
    /// </summary>
    public string Levels { get; init; } = "auto";

    /// <summary>
    /// Whether imputations carry the fit's own uncertainty (proper imputation): the bundle holds draws of the parameters from their
    /// posterior. Without, it holds their estimates, and intervals and pooled standard errors are too small.
    /// </summary>
    public bool Proper { get; init; } = true;

    /// <summary>How many draws of the parameters, with <see cref="Proper"/>; fewer where mixtures of many components would make the bundle large.</summary>
    public int ParameterDraws { get; init; } = 20;

    /// <summary>
    /// Retained posterior draws of a chain, best a power of two. The draws are spread so evenly that 2 x 256 leave a Monte Carlo error of 0.002 posterior
    /// standard deviations in means, 0.02 in standard deviations and 0.1 in the ends of 95 % intervals (root mean squares, at most; wine, breast, concrete and
    /// the synthetic benchmark, against 4 x 4096).
    /// </summary>
    public int NMcmc { get; init; } = 256;

    /// <summary>Chains of a row; none can get stuck where others do not, as all propose from the same approximation.</summary>
    public int NChains { get; init; } = 2;

    /// <summary>Sweeps of a chain before, discarded: the chains start at the mode and nothing adapts.</summary>
    public int BurnIn { get; init; } = 10;
}
