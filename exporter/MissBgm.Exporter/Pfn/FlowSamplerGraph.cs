using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Pfn;

namespace MissBgm.Exporter.Pfn;

/// <summary><c>flow_sampler.onnx</c>: noise to completed rows, all steps of the explicit midpoint rule (second order) in one graph.</summary>
public static class FlowSamplerGraph
{
    /// <summary>The file's name within a bundle.</summary>
    public const string FileName = PfnFiles.FlowSampler;

    /// <summary>Steps of a bundle's sampler.</summary>
    public const int DefaultSteps = 8;

    internal const string RowDocumentation = "Embeddings of the rows, [N, D]: rows of pfn.onnx's context_embedding or query_embedding, repeated for several draws of a row.";
    internal const string ContextDocumentation = "Embeddings of the context rows, [C, D], from pfn.onnx.";

    /// <summary>Builds the graph.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="steps">Midpoint steps from noise to data; each takes two velocities.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(PfnWeights weights, int steps = DefaultSteps, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("flow_sampler", $"Completed rows from noise by {steps} steps of the explicit midpoint rule along the flow (PFN-Flow Section 5.2).", precision);
        var noise = graph.Input("noise", ["N", "F"], "Standard normal numbers, [N, F].");
        var values = graph.Input("values", ["N", "F"], "Values of the rows in the units given to pfn.onnx, [N, F]; anything where not observed.");
        var observed = graph.Input("observed", ["N", "F"], "1 where a cell is observed, 0 where it is drawn, [N, F].");
        var location = graph.Input("location", ["F"], "From pfn.onnx, [F].").Unsqueeze(0);
        var scale = graph.Input("scale", ["F"], "From pfn.onnx, [F].").Unsqueeze(0);
        var baseline = graph.Input("baseline", ["N", "F"], "The rows' context_baseline or query_baseline from pfn.onnx, [N, F].");
        var rows = graph.Input("row_embedding", ["N", weights.Sizes.Width], RowDocumentation);
        var context = graph.Input("context_embedding", ["C", weights.Sizes.Width], ContextDocumentation);
        var known = observed.Greater(0.5);
        var target = PfnGraph.Shown(PfnGraph.Clamp((values - location) / scale), observed);
        var head = new FlowHead(weights, noise, rows, context);

        var state = noise;
        for (var i = 0; i < steps; i++)
        {
            var (start, length) = (i / (double)steps, 1.0 / steps);
            var middle = Pinned(state + Velocity(state, start) * (length / 2), start + length / 2);
            state = Pinned(state + Velocity(middle, start + length / 2) * length, start + length);
        }

        graph.Output("samples", known.Where(values, location + scale * PfnGraph.Clamp(baseline + state)), "Completed rows in the values' units, [N, F]; observed cells as given.");
        return graph;

        Tensor Velocity(Tensor x, double time) => head.Velocity(x, graph.Constant([time], [1, 1]));

        // Observed cells stay on the straight path from their noise to their value.
        Tensor Pinned(Tensor x, double time) => known.Where(noise * (1 - time) + target * time, x);
    }
}
