using System.Text.Json.Serialization;

namespace MissBgm.Runtime.Levels;

/// <summary>
/// A classification tree (Breiman, Friedman, Olshen and Stone 1984) for a discrete column: the chances of its levels given the row's
/// other columns. It holds what a latent normal variable cannot,
/// such as a level that another column determines.
/// </summary>
public sealed record LevelTree
{
    /// <summary>Share of the draws that are the tree's; the others are the Gaussian columns'.</summary>
    public required double Weight { get; init; }

    /// <summary>The nodes, the root first, each before those below it.</summary>
    public required IReadOnlyList<LevelNode> Nodes { get; init; }

    /// <summary>Why there is a tree.</summary>
    public required LevelEvidence Evidence { get; init; }
}

/// <summary>
/// A node: the rows that reach it go on by their value in a column. Of a column of numbers those up to the threshold go to the first node
/// below, the others to the second; of a discrete one each
/// level goes to its own. A row stops where there is no node for it.
/// </summary>
public sealed record LevelNode
{
    /// <summary>The column that rows go on by; null for a leaf.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Column { get; init; }

    /// <summary>In original units; null where the column is discrete, and in a leaf.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Threshold { get; init; }

    /// <summary>Indices of the nodes below, -1 for none; null in a leaf.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Below { get; init; }

    /// <summary>Levels that rows which stop here may have, by number.</summary>
    public required IReadOnlyList<int> Levels { get; init; }

    /// <summary>Their chances, of sum 1.</summary>
    public required IReadOnlyList<double> Shares { get; init; }
}

/// <summary>How well observed levels that were hidden from trial fits were foretold: mean of -log of the chance they were given.</summary>
/// <param name="HiddenCells">How many there were.</param>
/// <param name="Normal">By the Gaussian columns alone.</param>
/// <param name="Tree">By the tree alone.</param>
/// <param name="Both">By both, weighed.</param>
public sealed record LevelEvidence(int HiddenCells, double Normal, double Tree, double Both);
