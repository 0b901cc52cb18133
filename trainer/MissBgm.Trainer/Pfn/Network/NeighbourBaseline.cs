using MissBgm.Exporter.Pfn;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// Averages over the context rows, weighted by nearness in the cells that a row shows; a cell that the context row does not show counts as far as
/// two independent values lie apart on average, or rows with little in common would look nearest. Three bandwidths, each in units of the distance
/// to the nearest row.
/// </summary>
/// <param name="Shown">Standardised context values, 0 where missing, [B, c, F].</param>
/// <param name="Observed">[B, c, F].</param>
internal sealed record NeighbourBaseline(Tensor Shown, Tensor Observed)
{
    /// <summary>Weights of the context rows at each bandwidth, [B, n, c] summing to 1 over c.</summary>
    /// <param name="shown">Standardised values, 0 where missing, [B, n, F]; the first c rows are the context's, which are no neighbours of themselves.</param>
    /// <param name="observed">[B, n, F].</param>
    /// <param name="relevance">What each column counts for, by whose root values are scaled, [B, 1, F]; null where all count alike.</param>
    public Tensor[] Weights(Tensor shown, Tensor observed, Tensor? relevance = null)
    {
        var squares = shown.square().matmul(Observed.transpose(1, 2)) + observed.matmul(Shown.square().transpose(1, 2));
        var known = (squares - shown.matmul(Shown.transpose(1, 2)) * 2).clamp_min(0);
        var counted = relevance is null ? observed : observed * relevance;
        var unknown = counted.matmul((1 - Observed).transpose(1, 2)) * PfnConstants.UnknownDistance;
        var distance = (known + unknown) / counted.sum(2, true).clamp_min(relevance is null ? 1 : PfnConstants.Tiny) + Same(shown.shape[1]) * PfnConstants.Far;
        var nearest = distance.amin([2], true);
        return Array.ConvertAll(PfnConstants.Bandwidths, bandwidth => (-distance / (nearest * bandwidth + PfnConstants.BandwidthFloor)).softmax(2));
    }

    /// <summary>The weighted mean of the context's observed cells, [B, n, F]; and 1 where the weights of a column come to something.</summary>
    public (Tensor Mean, Tensor Known) Average(Tensor weights, Tensor values)
    {
        var total = weights.matmul(Observed);
        return (weights.matmul(values) / total.clamp_min(PfnConstants.SmallestWeight), total.gt(PfnConstants.SmallestWeight).to(values.dtype));
    }

    // 1 where row and context row are the same, [n, c].
    private Tensor Same(long rows)
    {
        var (context, unit) = (Shown.shape[1], eye(Shown.shape[1], dtype: Shown.dtype, device: Shown.device));
        return rows == context ? unit : cat([unit, zeros([rows - context, context], dtype: Shown.dtype, device: Shown.device)], 0);
    }
}
