using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn;

/// <summary>Nodes for averages over the context rows, weighted by nearness in the cells that both rows show, at three bandwidths.</summary>
/// <param name="shown">Standardised context values, 0 where missing, [C, F].</param>
/// <param name="observed">[C, F].</param>
internal sealed class NeighbourBaseline(Tensor shown, Tensor observed)
{
    /// <summary>In units of the squared distance to the nearest row.</summary>
    public static readonly double[] Bandwidths = [0.3, 1.2, 5];

    private const double Floor = 1e-3;
    private const double Far = 1e4;
    private const double SmallestWeight = 1e-6;

    /// <summary>Weights of the context rows at each bandwidth, [N, C] summing to 1 over C.</summary>
    /// <param name="rows">Standardised values, 0 where missing, [N, F].</param>
    /// <param name="known">1 where <paramref name="rows"/> are observed, [N, F].</param>
    /// <param name="same">1 where row and context row are the same, which does not count, [N, C]; null if there are none.</param>
    public Tensor[] Weights(Tensor rows, Tensor known, Tensor? same)
    {
        var squares = rows.Square().Gemm(observed, transposeB: true) + known.Gemm(shown.Square(), transposeB: true);
        var common = known.Gemm(observed, transposeB: true);
        var mean = (squares - rows.Gemm(shown, transposeB: true) * 2).Max(0) / common.Max(1);
        var distance = common.Greater(0.5).Where(mean, rows.Graph.Constant(Far));
        if (same is not null) distance += same * (10 * Far);
        var nearest = distance.Smallest(1, keepAxis: true);
        return Array.ConvertAll(Bandwidths, bandwidth => (-distance / (nearest * bandwidth + Floor)).Softmax());
    }

    /// <summary>The weighted mean of the context's observed cells, [N, F]; and whether the weights of a column come to something.</summary>
    public (Tensor Mean, Tensor Known) Average(Tensor weights, Tensor values)
    {
        var total = weights.MatMul(observed);
        return (weights.MatMul(values) / total.Max(SmallestWeight), total.Greater(SmallestWeight));
    }
}
