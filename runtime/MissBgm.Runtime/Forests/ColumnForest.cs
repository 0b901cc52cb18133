namespace MissBgm.Runtime.Forests;

/// <summary>
/// What the manifest says of a column's forest of regression trees (Geurts, Ernst and Wehenkel, "Extremely randomized trees", Machine Learning 63, 2006);
/// the trees stand in <c>forests.bin</c> (<see cref="RegressionForest"/>).
/// </summary>
public sealed record ColumnForest
{
    /// <summary>Share of the draws that are the forest's; the others are the Gaussian columns'.</summary>
    public required double Weight { get; init; }

    /// <summary>Number of trees.</summary>
    public required int Trees { get; init; }

    /// <summary>Why there is a forest.</summary>
    public required ForestEvidence Evidence { get; init; }
}

/// <summary>How well observed cells that were hidden from trial fits were foretold: root-mean-square errors, standardised.</summary>
/// <param name="HiddenCells">How many there were.</param>
/// <param name="Gaussian">By the Gaussian columns alone.</param>
/// <param name="Forest">By the forest alone.</param>
/// <param name="Both">By both, weighed.</param>
public sealed record ForestEvidence(int HiddenCells, double Gaussian, double Forest, double Both);
