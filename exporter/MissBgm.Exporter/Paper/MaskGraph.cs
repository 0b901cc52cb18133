using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper.Networks;

namespace MissBgm.Exporter.Paper;

/// <summary><c>mask.onnx</c>: x [N, p] to the logits of each cell being observed, [N, p].</summary>
public static class MaskGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(PerceptronWeights weights, Precision precision = Precision.Single)
    {
        var graph = new Graph("mask", "The mask network: logits of the probability that each cell is observed, given the completed row (MissBGM Eq. 3).", precision);
        var x = graph.Input("x", [Documentation.Rows, weights.Inputs()], Documentation.Completed);
        graph.Output("logits", new Perceptron(graph, weights, "mask").Apply(x), "Logits of the probability of being observed, [N, p].");
        return graph;
    }
}
