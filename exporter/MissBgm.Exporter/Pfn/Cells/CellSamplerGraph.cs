using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Pfn.Cells;

/// <summary>Noise to completed rows along the flow over cells, all steps of the solver in one graph (<see cref="FlowSamplerGraph"/>).</summary>
public static class CellSamplerGraph
{
    /// <summary>The file's name within a bundle.</summary>
    public const string FileName = PfnFiles.CellSampler;

    /// <summary>Builds the graph.</summary>
    /// <param name="weights">A network over cells.</param>
    /// <param name="steps">Midpoint steps from noise to data; each takes two velocities.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(PfnWeights weights, int steps = FlowSamplerGraph.DefaultSteps, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph(
            "cell_sampler", $"Completed rows from noise by {steps} steps of the explicit midpoint rule along the flow over cells.", precision);
        var noise = graph.Input("noise", ["N", "F"], "Standard normal numbers, [N, F].");
        var values = graph.Input("values", ["N", "F"], "Values of the rows in the units given to cells.onnx, [N, F]; anything where not observed.");
        var observed = graph.Input("observed", ["N", "F"], "1 where a cell is observed, 0 where it is drawn, [N, F].");
        var location = graph.Input("location", ["F"], "From cells.onnx, [F].").Unsqueeze(0);
        var scale = graph.Input("scale", ["F"], "From cells.onnx, [F].").Unsqueeze(0);
        var ownMean = graph.Input("mean", ["N", "F"], "The rows' context_mean or query_mean from cells.onnx, [N, F].");
        var ownDeviation = graph.Input("deviation", ["N", "F"], "Likewise their deviation, [N, F].");
        var cells = graph.Input("cell_embedding", ["N", "F", weights.Sizes.Width], "Embeddings of the rows' cells, [N, F, D].");
        var known = observed.Greater(0.5);
        var target = Standardisation.Known(Standardisation.Clamp((values - location) / scale), observed);
        var (mean, spread) = (known.Where(graph.Constant(0), ownMean), known.Where(graph.Constant(1), ownDeviation));
        var head = new CellFlowHead(weights, cells, mean, spread);
        var drawn = FlowSamplerGraph.Draw(head.Learned, steps, noise, known, target, mean, spread);
        graph.Output("samples", known.Where(values, location + scale * drawn), "Completed rows in the values' units, [N, F]; observed cells as given.");
        return graph;
    }
}
