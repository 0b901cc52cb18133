using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper.Densities;

/// <summary>The model's parts for rows with discrete columns: x [N, p], the c continuous columns first.</summary>
/// <param name="Weights">Tells the columns apart.</param>
internal sealed record MixedDensity(MixedGeneratorWeights Weights)
{
    private int Continuous => Weights.ContinuousColumns;

    /// <summary>The continuous columns, [N, c].</summary>
    public Tensor Cells(Tensor x) => x.Slice(1, 0, Continuous);

    /// <summary>The discrete columns, [N, p - c].</summary>
    public Tensor Levels(Tensor x) => x.Slice(1, Continuous, Weights.Columns);

    /// <summary>A row as the mask network and the encoder see it, [N, c + sum of levels].</summary>
    public Tensor Encode(Tensor x) => Encode(Continuous == 0 ? null : Cells(x), Levels(x));

    /// <summary>The same from its parts.</summary>
    public Tensor Encode(Tensor? cells, Tensor levels)
    {
        var oneHot = DiscreteDensity.OneHot(levels, Weights.Discrete.Levels);
        return cells is null ? oneHot : new[] { cells, oneHot }.Concat(1);
    }

    /// <summary>-1/2 |z|^2 + log p(x | z), [N] (MissBGM Eq. 6).</summary>
    public Tensor Latent(Tensor z, Tensor x, MixedOutput output)
    {
        var discrete = DiscreteDensity.Log(DiscreteDensity.OneHot(Levels(x), Weights.Discrete.Levels), output.LogProbabilities);
        return discrete + (Continuous == 0 ? -0.5 * z.Square().Sum(1) : LatentDensity.Log(z, Cells(x), output.Mean!, output.Variance!));
    }

    /// <summary>A quantity of the continuous columns with a constant in the place of the discrete ones, [N, p].</summary>
    /// <param name="cells">[N, c]; null when there are none.</param>
    /// <param name="value">The constant.</param>
    /// <param name="rows">Any tensor of N rows.</param>
    public Tensor Widen(Tensor? cells, double value, Tensor rows)
    {
        var constants = 0 * rows.Slice(1, 0, 1) + rows.Graph.Constant([.. Enumerable.Repeat(value, Weights.Discrete.Columns.Count)], [1, Weights.Discrete.Columns.Count]);
        return cells is null ? constants : new[] { cells, constants }.Concat(1);
    }
}
