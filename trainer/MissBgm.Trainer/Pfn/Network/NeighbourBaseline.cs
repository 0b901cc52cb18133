using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// Averages over the context rows, weighted by nearness: the nearer a context row in the cells that both rows show, the more it counts. Three
/// bandwidths, each in units of the distance to the nearest row.
/// </summary>
/// <param name="Shown">Standardised context values, 0 where missing, [B, c, F].</param>
/// <param name="Observed">[B, c, F].</param>
internal sealed record NeighbourBaseline(Tensor Shown, Tensor Observed)
{
    /// <summary>The bandwidths.</summary>
    public static readonly double[] Bandwidths = [0.3, 1.2, 5];

    /// <summary>A bandwidth's part that does not shrink with the nearest row's distance: rounding does not decide among copies of a row.</summary>
    public const double Floor = 1e-3;

    /// <summary>Squared distance of rows that show no column in common.</summary>
    public const double Far = 1e4;

    /// <summary>Weights that come to less than this in a column say nothing of it.</summary>
    public const double SmallestWeight = 1e-6;

    /// <summary>Weights of the context rows at each bandwidth, [B, n, c] summing to 1 over c.</summary>
    /// <param name="shown">Standardised values, 0 where missing, [B, n, F].</param>
    /// <param name="observed">[B, n, F].</param>
    /// <param name="same">1 where row and context row are the same, which does not count, [n, c].</param>
    public Tensor[] Weights(Tensor shown, Tensor observed, Tensor same)
    {
        var squares = shown.square().matmul(Observed.transpose(1, 2)) + observed.matmul(Shown.square().transpose(1, 2));
        var common = observed.matmul(Observed.transpose(1, 2));
        var mean = (squares - shown.matmul(Shown.transpose(1, 2)) * 2).clamp_min(0) / common.clamp_min(1);
        var distance = where(common.gt(0.5), mean, full_like(mean, Far)) + same * (10 * Far);
        var nearest = distance.amin([2], true);
        return Array.ConvertAll(Bandwidths, bandwidth => (-distance / (nearest * bandwidth + Floor)).softmax(2));
    }

    /// <summary>The weighted mean of the context's observed cells, [B, n, F]; and 1 where the weights of a column come to something.</summary>
    public (Tensor Mean, Tensor Known) Average(Tensor weights, Tensor values)
    {
        var total = weights.matmul(Observed);
        return (weights.matmul(values) / total.clamp_min(SmallestWeight), total.gt(SmallestWeight).to(values.dtype));
    }
}
