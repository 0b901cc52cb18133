using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Pfn.Cells;

/// <summary>Embeddings of cells to their distributions: quantiles in standardised units, and the bars themselves.</summary>
public static class CellDistributionGraph
{
    /// <summary>The file's name within a bundle.</summary>
    public const string FileName = PfnFiles.CellDistribution;

    /// <summary>Builds the graph.</summary>
    /// <param name="weights">A network over cells.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(PfnWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("cell_distribution", "The distribution of each cell over bars of standardised values.", precision);
        var cells = graph.Input("cell_embedding", ["N", weights.Sizes.Width], "Embeddings of cells from cells.onnx, [N, D].");
        var guess = CellGuess.IsAskedBy(weights)
            ? new CellGuess(
                graph.Input("guess", ["N"], "The cells' guesses as given to cells.onnx, [N]."),
                graph.Input("guess_spread", ["N"], "Their columns' spreads, [N]."))
            : null;
        graph.Output(
            "bars", CellBars.LogProbabilities(weights, cells, guess).Exp(),
            $"Probabilities of the {PfnConstants.Bars} bars, [N, {PfnConstants.Bars}]; within a bar the density is even.");
        graph.Output(
            "edges", graph.Constant([.. CellBars.Edges], [PfnConstants.Bars + 1]) + 0 * cells.Sum(0).Sum(0),
            $"Edges of the bars, standardised, [{PfnConstants.Bars + 1}].");
        return graph;
    }
}
