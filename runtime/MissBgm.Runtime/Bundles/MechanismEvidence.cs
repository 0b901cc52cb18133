using System.Text.Json.Serialization;

namespace MissBgm.Runtime.Bundles;

/// <summary>What one column says about its mask.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="MissingShare">Share of missing cells.</param>
/// <param name="Correlation">Best rho of the grid, between the cell's noise and its selection.</param>
/// <param name="Score">D_j: BIC-penalised log-likelihood of selection at the best rho minus that of the best ignorable rival.</param>
/// <param name="SharedScore">The same with the table's shared rho.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record ColumnEvidence(string Column, double MissingShare, double Correlation, double Score, double SharedScore)
{
    /// <summary>What the mask follows; null for a column that takes no part in the contest.</summary>
    public MaskFollows? Follows { get; init; }
}

/// <summary>
/// What a column's mask follows: its own value, as far as the other columns predict it, or the others themselves. Evidences are logs of the mask's marginal
/// likelihood over that of a constant chance.
/// </summary>
/// <param name="Slope">Change of the probit of being observed per standard deviation of the column's own value, if it follows that: the estimate.</param>
/// <param name="SlopeError">Its standard error.</param>
/// <param name="OwnEvidence">Evidence that the mask follows the own value.</param>
/// <param name="AnchorEvidence">That it follows one other column.</param>
/// <param name="Anchor">Which.</param>
/// <param name="SumEvidence">That it follows the sum of all others.</param>
/// <param name="CombinationEvidence">That it follows a linear combination of the others.</param>
/// <param name="Probability">Probability that it follows the own value, given that some column's mask does.</param>
/// <param name="FittedSlope">The slope that <see cref="Mechanism.Self"/> uses: shrunk towards the other columns'; 0 where the column is
/// taken as ignorable.</param>
public sealed record MaskFollows(
    double Slope, double SlopeError, double OwnEvidence, double AnchorEvidence, string? Anchor, double SumEvidence,
    double CombinationEvidence, double Probability, double FittedSlope);

/// <summary>
/// The contest of self-masked columns against masks that depend on other columns only.
/// </summary>
/// <param name="LogBayesFactor">log of how much more probable the masks are if a share of the columns is self-masked.</param>
/// <param name="Threshold">What is asked for.</param>
/// <param name="SlopeMean">Mean of the columns' slopes, of the likeliest law.</param>
/// <param name="SlopeDeviation">Their standard deviation.</param>
/// <param name="NullMean">Mean of the log Bayes factor over tables simulated with masks by the best rules of other columns; null where none
/// were simulated.</param>
/// <param name="NullDeviation">Its standard deviation there.</param>
/// <param name="NullLargest">Its largest value there.</param>
/// <param name="Power">Share of tables, simulated with every column self-masked by <paramref name="PowerSlope"/>, in which that would have
/// been seen; null where none were simulated.</param>
/// <param name="PowerSlope">That slope, per standard deviation.</param>
public sealed record SelfTest(
    double LogBayesFactor, double Threshold, double SlopeMean, double SlopeDeviation, double? NullMean, double? NullDeviation,
    double? NullLargest, double? Power, double PowerSlope)
{
    // Student's t with 18 degrees of freedom, of a further one of 20 tables: sqrt(1 + 1 / 19) times its 99 % quantile.
    private const double Reach = 2.62;

    /// <summary>What 99 in 100 tables with masks by rules of other columns stay below, from those simulated; null where none were.</summary>
    public double? NullBound => NullMean + Reach * NullDeviation;

    /// <summary>The masks speak for columns that are self-masked, more than they do under rules of other columns.</summary>
    public bool Passes => LogBayesFactor > Threshold && !(LogBayesFactor <= NullBound);
}

/// <summary>Whether the data tell what the masks depend on.</summary>
public enum MaskVerdict
{
    /// <summary>They do.</summary>
    Tells,

    /// <summary>They do not: a mechanism may act that would not have been seen.</summary>
    CannotTell,
}

/// <summary>Why a mechanism was chosen: what the choice rule saw. What earlier versions wrote besides is skipped.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record MechanismEvidence
{
    /// <summary>A share of simulated tables in which self-masked columns must have been seen for their absence to be told.</summary>
    private const double EnoughPower = 0.8;

    /// <summary>The mechanism fitted.</summary>
    public required Mechanism Chosen { get; init; }

    /// <summary>Whether the user named it.</summary>
    public required bool Forced { get; init; }

    /// <summary>Whether the columns' correlations are pulled to one (the shared test was the one that passed).</summary>
    public required bool SharedCorrelation { get; init; }

    /// <summary>Selection with a rho for each column.</summary>
    public required SelectionTest Selection { get; init; }

    /// <summary>Selection with one rho for all.</summary>
    public required SelectionTest SharedSelection { get; init; }

    /// <summary>The shared rho of largest likelihood.</summary>
    public required double SharedRho { get; init; }

    /// <summary>Self-masked columns against masks that depend on other columns; null in bundles of earlier versions.</summary>
    public SelfTest? Self { get; init; }

    /// <summary>Columns with missing cells whose mask is taken as ignorable under the chosen mechanism.</summary>
    public IReadOnlyList<string> Ignorable { get; init => field = value ?? []; } = [];

    /// <summary>The columns with missing cells.</summary>
    public required IReadOnlyList<ColumnEvidence> Columns { get; init; }

    /// <summary>Whether the data tell: evidence for a mechanism, or none where self-masked columns would have been seen.</summary>
    public MaskVerdict Verdict =>
        Selection.Passes || SharedSelection.Passes || Self is { Passes: true } or { Power: >= EnoughPower } || Columns.Count == 0
            ? MaskVerdict.Tells
            : MaskVerdict.CannotTell;
}
