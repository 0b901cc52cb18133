using System.Text.Json.Serialization;

namespace MissBgm.Runtime.Bundles;

/// <summary>One of the fits that are averaged.</summary>
/// <param name="Components">Linear factor models its generator is a mixture of; 1 is a linear generator.</param>
/// <param name="Weight">Its weight in the average; the weights sum to 1.</param>
/// <param name="HiddenCellError">Root-mean-square error, standardised, of such a fit on the observed cells that were hidden from it; null
/// where none were.</param>
public sealed record GeneratorFit(int Components, double Weight, double? HiddenCellError);

/// <summary>How well cells of columns with levels or atoms that were hidden from trial fits were foretold; less is better.</summary>
/// <param name="HiddenCells">How many there were.</param>
/// <param name="Scores">By the normal law of the levels' or atoms' scores.</param>
/// <param name="Latent">By latent normal variables cut into intervals.</param>
public sealed record IntervalEvidence(int HiddenCells, double Scores, double Latent)
{
    /// <summary>Whether the latent variables are drawn.</summary>
    [JsonIgnore]
    public bool PrefersLatent => Latent <= Scores;
}

/// <summary>
/// Which generators were fitted and averaged, and why: some observed cells were hidden, candidates fitted to the rest, and weights chosen by how well they
/// predict the hidden cells; then every fit with a weight was made anew on all observed cells.
/// </summary>
public sealed record GeneratorEvidence
{
    /// <summary>The fits, in the order of the graphs' members: the first fit's components, then the second's, and so on.</summary>
    public required IReadOnlyList<GeneratorFit> Fits { get; init; }

    /// <summary>Observed cells that were hidden; 0 when there was no choice to make.</summary>
    public required int HiddenCells { get; init; }

    /// <summary>Root-mean-square error of the linear generator on them, standardised; null where none were.</summary>
    public required double? LinearError { get; init; }

    /// <summary>The same of the weighted average.</summary>
    public required double? AverageError { get; init; }

    /// <summary>
    /// Draws of the parameters: each of <see cref="Fits"/> is then one, its parameters drawn from their posterior (under selection,
    /// fitted to rows weighted at random); 0 where the parameters are the estimates.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ParameterDraws { get; init; }

    /// <summary>
    /// What hidden levels say of ordinal and binary columns' latent variables, by minus the mean log of the levels' chances; null where there was
    /// nothing to choose by.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IntervalEvidence? Intervals { get; init; }

    /// <summary>Likewise of columns of numbers with large atoms: mean CRPS of hidden cells, in standard deviations.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IntervalEvidence? Atoms { get; init; }

    /// <summary>How often forests draw the numbers of a row, one column after another; null for once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ForestPasses { get; init; }

    /// <summary>The linear generator, without a choice.</summary>
    public static GeneratorEvidence Linear { get; } =
        new() { Fits = [new GeneratorFit(1, 1.0, null)], HiddenCells = 0, LinearError = null, AverageError = null };
}
