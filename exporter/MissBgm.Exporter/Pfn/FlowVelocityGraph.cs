using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Pfn;

/// <summary><c>flow_velocity.onnx</c>: the flow's velocity field, for hosts that bring an ODE solver of their own.</summary>
public static class FlowVelocityGraph
{
    /// <summary>The file's name within a bundle.</summary>
    public const string FileName = PfnFiles.FlowVelocity;

    /// <summary>Builds the graph.</summary>
    public static Graph Build(PfnWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("flow_velocity", "Velocity of noisy rows on the way from noise (t = 0) to data (t = 1) (PFN-Flow Section 5.2).", precision);
        var state = graph.Input(
            "state",
            ["N", "F"],
            "At time t, [N, F]: missing cells as residuals of the standardised values from flow_baseline.onnx's mean in units of its spread, "
                + "observed cells on their straight path from noise to standardised value.");
        var time = graph.Input("time", ["N"], "t of each row, [N].");
        var rows = graph.Input("row_embedding", ["N", weights.Sizes.Width], FlowSamplerGraph.RowDocumentation);
        var context = graph.Input("context_embedding", ["C", weights.Sizes.Width], FlowSamplerGraph.ContextDocumentation);
        var mean = graph.Input("mean", ["N", "F"], FlowSamplerGraph.MeanDocumentation);
        var spread = graph.Input("spread", ["F"], "From flow_baseline.onnx, [F].").Unsqueeze(0);
        graph.Output("velocity", new FlowHead(weights, state, rows, context, mean, spread).Velocity(state, time.Unsqueeze(1)), "dx/dt, [N, F].");
        return graph;
    }
}
