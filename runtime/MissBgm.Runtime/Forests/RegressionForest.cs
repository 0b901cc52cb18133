namespace MissBgm.Runtime.Forests;

/// <summary>
/// The trees of one column of numbers. A row goes down a tree by the values of the Gaussian columns, all of them completed; the leaf where it ends has the
/// values of training rows that ended there. A draw is one of these, of a tree picked at random, so that draws have the conditional law that the forest
/// stands for (Meinshausen, "Quantile regression forests", JMLR 7, 2006).
/// </summary>
/// <param name="Place">The Gaussian column that the forest is of.</param>
/// <param name="Roots">The trees' roots, [T].</param>
/// <param name="Columns">The Gaussian column that a node goes on by; -1 for a leaf, [nodes].</param>
/// <param name="Thresholds">Values up to it go to the first node below, others to the next; 0 in a leaf, [nodes].</param>
/// <param name="Below">The first of the two nodes below; in a leaf, where its values start, [nodes].</param>
/// <param name="Counts">Number of a leaf's values; 0 elsewhere, [nodes].</param>
/// <param name="Values">Values of the leaves.</param>
public sealed record RegressionForest(int Place, int[] Roots, int[] Columns, float[] Thresholds, int[] Below, int[] Counts, float[] Values)
{
    /// <summary>The leaf of a tree where a row ends.</summary>
    /// <param name="tree">Number of the tree.</param>
    /// <param name="row">The row's Gaussian columns, [q].</param>
    public int Leaf(int tree, ReadOnlySpan<float> row)
    {
        var at = Roots[tree];
        while (Columns[at] is >= 0 and var by) at = row[by] <= Thresholds[at] ? Below[at] : Below[at] + 1;
        return at;
    }

    /// <summary>The mean of a leaf's values.</summary>
    public double Mean(int leaf)
    {
        var sum = 0.0;
        foreach (var value in Values.AsSpan(Below[leaf], Counts[leaf])) sum += value;
        return sum / Counts[leaf];
    }

    /// <summary>The standard deviation of a leaf's values.</summary>
    public double Deviation(int leaf)
    {
        var (mean, sum) = (Mean(leaf), 0.0);
        foreach (var value in Values.AsSpan(Below[leaf], Counts[leaf])) sum += (value - mean) * (value - mean);
        return Math.Sqrt(sum / Counts[leaf]);
    }

    /// <summary>A draw.</summary>
    /// <param name="row">The row's Gaussian columns, [q].</param>
    /// <param name="uniform">A uniform number in [0, 1): which tree, and which value of its leaf.</param>
    /// <returns>The leaf and the value.</returns>
    public (int Leaf, float Value) Draw(ReadOnlySpan<float> row, double uniform)
    {
        var place = uniform * Roots.Length;
        var tree = Math.Min((int)place, Roots.Length - 1);
        var leaf = Leaf(tree, row);
        return (leaf, Values[Below[leaf] + Math.Min((int)((place - tree) * Counts[leaf]), Counts[leaf] - 1)]);
    }
}
