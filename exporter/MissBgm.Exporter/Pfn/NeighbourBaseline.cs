using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn;

/// <summary>
/// Nodes for averages over the context rows, weighted by nearness in the cells that a row shows, at three bandwidths. The numbers are the
/// trainer's.
/// </summary>
/// <param name="shown">Standardised context values, 0 where missing, [C, F].</param>
/// <param name="observed">[C, F].</param>
internal sealed class NeighbourBaseline(Tensor shown, Tensor observed)
{
    /// <summary>1 where two context rows are the same, [C, C].</summary>
    /// <param name="features">A graph input of shape [C, F].</param>
    public static Tensor Same(Tensor features)
    {
        var position = features.Positions(0);
        return (position.Unsqueeze(1) - position.Unsqueeze(0)).Abs().Less(0.5).Where(1, 0);
    }

    /// <summary>Weights of the context rows at each bandwidth, [N, C] summing to 1 over C.</summary>
    /// <param name="rows">Standardised values, 0 where missing, [N, F].</param>
    /// <param name="known">1 where <paramref name="rows"/> are observed, [N, F].</param>
    /// <param name="same">1 where row and context row are the same, which does not count, [N, C]; null if there are none.</param>
    /// <param name="relevance">What each column counts for, by whose root values are scaled, [1, F]; null where all count alike.</param>
    public Tensor[] Weights(Tensor rows, Tensor known, Tensor? same, Tensor? relevance = null)
    {
        var squares = rows.Square().Gemm(observed, transposeB: true) + known.Gemm(shown.Square(), transposeB: true);
        var seen = (squares - rows.Gemm(shown, transposeB: true) * 2).Max(0);
        var counted = relevance is null ? known : known * relevance;
        var unseen = counted.Gemm(1 - observed, transposeB: true) * PfnConstants.UnknownDistance;
        var distance = (seen + unseen) / counted.Sum(1, keepAxis: true).Max(relevance is null ? 1 : PfnConstants.Tiny);
        if (same is not null) distance += same * PfnConstants.Far;
        var nearest = distance.Smallest(1, keepAxis: true);
        return Array.ConvertAll(PfnConstants.Bandwidths, bandwidth => (-distance / (nearest * bandwidth + PfnConstants.BandwidthFloor)).Softmax());
    }

    /// <summary>The weighted mean of the context's observed cells, [N, F]; and whether the weights of a column come to something.</summary>
    public (Tensor Mean, Tensor Known) Average(Tensor weights, Tensor values)
    {
        var total = weights.MatMul(observed);
        return (weights.MatMul(values) / total.Max(PfnConstants.SmallestWeight), total.Greater(PfnConstants.SmallestWeight));
    }
}
