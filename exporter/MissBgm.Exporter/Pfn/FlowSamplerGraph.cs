using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Pfn;

/// <summary>
/// <c>flow_sampler.onnx</c>: noise to completed rows, all steps of the explicit midpoint rule (second order) in one graph. The rule integrates
/// y = x / m, m the standard deviation of x_t for independent standard normals: the part of the velocity that is theirs is then solved exactly, and
/// the steps see only what was learned.
/// </summary>
public static class FlowSamplerGraph
{
    /// <summary>The file's name within a bundle.</summary>
    public const string FileName = PfnFiles.FlowSampler;

    /// <summary>Steps of a bundle's sampler.</summary>
    public const int DefaultSteps = 4;

    internal const string RowDocumentation =
        "Embeddings of the rows, [N, D]: rows of pfn.onnx's context_embedding or query_embedding, repeated for several draws of a row.";
    internal const string MeanDocumentation = "The rows' context_mean or query_mean from flow_baseline.onnx, [N, F].";
    internal const string ContextDocumentation = "Embeddings of the context rows, [C, D], from pfn.onnx.";

    /// <summary>Builds the graph.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="steps">Midpoint steps from noise to data; each takes two velocities.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(PfnWeights weights, int steps = DefaultSteps, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph(
            "flow_sampler",
            $"Completed rows from noise by {steps} steps of the explicit midpoint rule along the flow (PFN-Flow Section 5.2).", precision);
        var noise = graph.Input("noise", ["N", "F"], "Standard normal numbers, [N, F].");
        var values = graph.Input("values", ["N", "F"], "Values of the rows in the units given to pfn.onnx, [N, F]; anything where not observed.");
        var observed = graph.Input("observed", ["N", "F"], "1 where a cell is observed, 0 where it is drawn, [N, F].");
        var location = graph.Input("location", ["F"], "From pfn.onnx, [F].").Unsqueeze(0);
        var scale = graph.Input("scale", ["F"], "From pfn.onnx, [F].").Unsqueeze(0);
        var mean = graph.Input("mean", ["N", "F"], MeanDocumentation);
        var spread = graph.Input("spread", ["F"], "From flow_baseline.onnx, [F].").Unsqueeze(0);
        var rows = graph.Input("row_embedding", ["N", weights.Sizes.Width], RowDocumentation);
        var context = graph.Input("context_embedding", ["C", weights.Sizes.Width], ContextDocumentation);
        var known = observed.Greater(0.5);
        var target = Standardisation.Known(Standardisation.Clamp((values - location) / scale), observed);
        var drawn = Draw(new FlowHead(weights, noise, rows, context, mean, spread).Learned, steps, noise, known, target, mean, spread);
        graph.Output(
            "samples", known.Where(values, location + scale * drawn), "Completed rows in the values' units, [N, F]; observed cells as given.");
        return graph;
    }

    /// <summary>Draws of the missing cells in standardised units, [N, F].</summary>
    /// <param name="learned">Gain and shift of the flow at a state [N, F] and a time [1, 1].</param>
    /// <param name="steps">Midpoint steps.</param>
    /// <param name="noise">Standard normal numbers, [N, F].</param>
    /// <param name="known">Whether a cell is observed, [N, F].</param>
    /// <param name="target">Standardised values, 0 where missing, [N, F].</param>
    /// <param name="mean">Guesses of the missing cells, [N, F].</param>
    /// <param name="spread">Their spread, [1, F] or [N, F].</param>
    internal static Tensor Draw(
        Func<Tensor, Tensor, (Tensor Gain, Tensor Shift)> learned, int steps, Tensor noise, Tensor known, Tensor target, Tensor mean, Tensor spread)
    {
        var state = noise;
        for (var i = 0; i < steps; i++)
        {
            var (start, length) = (i / (double)steps, 1.0 / steps);
            var middle = Pinned(state + Slope(state, start) * (length / 2), start + length / 2);
            state = Pinned(state + Slope(middle, start + length / 2) * length, start + length);
        }

        return Standardisation.Clamp(mean + spread * state);

        // dy/dt.
        Tensor Slope(Tensor y, double time)
        {
            var deviation = Deviation(time);
            var (gain, shift) = learned(y * deviation, y.Graph.Constant([time], [1, 1]));
            return gain * y + shift / deviation;
        }

        // Observed cells stay on the straight path from their noise to their value.
        Tensor Pinned(Tensor y, double time) => known.Where((noise * (1 - time) + target * time) / Deviation(time), y);
    }

    private static double Deviation(double time) => Math.Sqrt(time * time + (1 - time) * (1 - time));
}
