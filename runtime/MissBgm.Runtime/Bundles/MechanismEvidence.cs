namespace MissBgm.Runtime.Bundles;

/// <summary>What one column says about its mask.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="MissingShare">Share of missing cells.</param>
/// <param name="Correlation">Best rho of the grid, between the cell's noise and its selection.</param>
/// <param name="Score">D_j: BIC-penalised log-likelihood of selection at the best rho minus that of the best ignorable rival.</param>
/// <param name="SharedScore">The same with the table's shared rho.</param>
/// <param name="Slope">Self slope alpha_j per standard deviation.</param>
/// <param name="SlopeError">Its standard error.</param>
public sealed record ColumnEvidence(
    string Column, double MissingShare, double Correlation, double Score, double SharedScore, double Slope, double SlopeError);

/// <summary>Why a mechanism was chosen: what the choice rule saw.</summary>
public sealed record MechanismEvidence
{
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

    /// <summary>Self slope pooled over columns (DerSimonian-Laird).</summary>
    public required double PooledSlope { get; init; }

    /// <summary>The pooled slope over its standard error.</summary>
    public required double PooledSlopeZ { get; init; }

    /// <summary>The slope that <see cref="Mechanism.Self"/> uses: the pooled one, shrunk by 1 - 1 / z^2.</summary>
    public required double ShrunkSlope { get; init; }

    /// <summary>Discrete columns with missing cells whose mask is taken as ignorable under the chosen mechanism.</summary>
    public IReadOnlyList<string> Ignorable { get; init; } = [];

    /// <summary>The columns with missing cells.</summary>
    public required IReadOnlyList<ColumnEvidence> Columns { get; init; }
}
