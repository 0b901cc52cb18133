using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Pfn;

/// <summary><c>flow_baseline.onnx</c>: where the flow starts from; it has no weights. Rows and features are dynamic, scaling is inside.</summary>
public static class FlowBaselineGraph
{
    /// <summary>The file's name within a bundle.</summary>
    public const string FileName = PfnFiles.FlowBaseline;

    /// <summary>Builds the graph.</summary>
    /// <param name="room">Features the network has room for.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(int room, Precision precision = Precision.Single)
    {
        var graph = new Graph(
            "flow_baseline",
            "Guesses of missing cells by regressions on the context, averaged by how well they tell hidden cells of the context.",
            precision);
        var contextValues = graph.Input("context_values", ["C", "F"], "Values of the context rows in any units, [C, F]; anything where not observed.");
        var contextObserved = graph.Input("context_observed", ["C", "F"], "1 where a context cell is observed, 0 where it is missing, [C, F].");
        var queryValues = graph.Input("query_values", ["Q", "F"], "Values of the query rows, [Q, F].");
        var queryObserved = graph.Input("query_observed", ["Q", "F"], "1 where a query cell is observed, [Q, F].");
        var scaling = new Standardisation(contextValues, contextObserved);
        var (context, query) = (scaling.Shown(contextValues, contextObserved), scaling.Shown(queryValues, queryObserved));
        var baseline = new FlowBaseline(contextValues, room, context, contextObserved);
        graph.Output("context_mean", baseline.Mean(context, contextObserved, context: true), Documentation("C"));
        graph.Output("query_mean", baseline.Mean(query, queryObserved, context: false), Documentation("Q"));
        graph.Output("spread", baseline.Spread.Squeeze(0), "Root mean square error of each column's guesses, standardised, [F].");
        return graph;
    }

    private static string Documentation(string rows) =>
        $"Guesses of the missing cells in standardised units, 0 on observed cells, [{rows}, F]: what the flow's samples are "
        + "residuals from, in units of the spread.";
}
