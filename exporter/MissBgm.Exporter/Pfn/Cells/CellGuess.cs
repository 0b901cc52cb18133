using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Pfn.Cells;

/// <summary>What regressions on the context say of missing cells, as <c>flow_baseline.onnx</c> gives it.</summary>
/// <param name="Mean">The guesses, standardised, 0 where observed, [N, F].</param>
/// <param name="Spread">Root mean square error of each column's guesses, [1, F].</param>
internal sealed record CellGuess(Tensor Mean, Tensor Spread)
{
    /// <summary>Whether a network asks regressions: its cell tokens then have room for what they say.</summary>
    public static bool IsAskedBy(PfnWeights weights) => weights.RowsOf("cell.kernel") == 4;
}
