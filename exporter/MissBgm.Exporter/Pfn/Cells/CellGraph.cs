using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Pfn.Cells;

/// <summary>
/// A table's context and query rows to class probabilities, embeddings of all cells and the moments of each missing cell's own distribution;
/// rows and features are dynamic, scaling is inside.
/// </summary>
public static class CellGraph
{
    /// <summary>The file's name within a bundle.</summary>
    public const string FileName = PfnFiles.Cells;

    /// <summary>Builds the graph.</summary>
    /// <param name="weights">A network over cells.</param>
    /// <param name="precision">How real numbers are emitted.</param>
    public static Graph Build(PfnWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("cells", "Class probabilities of query rows given a labelled context, and what is known of each cell.", precision);
        var contextValues = graph.Input(
            "context_values", ["C", "F"], "Values of the context rows in any units, [C, F]; anything where not observed.");
        var contextObserved = graph.Input("context_observed", ["C", "F"], "1 where a context cell is observed, 0 where it is missing, [C, F].");
        var labels = graph.Input(
            "context_labels", ["C"], $"Classes of the context rows from 0, [C]; {weights.Sizes.Classes} for a row without a label.", ElementType.Integer);
        var queryValues = graph.Input("query_values", ["Q", "F"], "Values of the query rows, [Q, F].");
        var queryObserved = graph.Input("query_observed", ["Q", "F"], "1 where a query cell is observed, [Q, F].");
        var classes = graph.Input("classes", Shape.Scalar, "Number of classes of the task.", ElementType.Integer);
        var identity = graph.Input(
            "column_identity", ["F", weights.RowsOf("identity.kernel")], "Standard normal numbers by which columns are told apart, the same for all rows.");

        var (contextGuess, queryGuess) = Guesses(weights, graph);
        var scaling = new Standardisation(contextValues, contextObserved);
        var tokens = new CellTokens(weights, identity, scaling);
        var told = ClassGuess.IsAskedBy(weights)
            ? new ClassGuess(
                contextValues, weights.Sizes.Features, scaling.Shown(contextValues, contextObserved), contextObserved, labels, weights.Sizes.Classes)
            : null;
        var asked = told?.Scores(scaling.Shown(queryValues, queryObserved), queryObserved);
        var (context, query) = Encode(
            weights, tokens, tokens.Context(contextValues, contextObserved, contextGuess, labels, told?.ContextScores()),
            tokens.Query(queryValues, queryObserved, queryGuess, asked));
        var start = told is null ? null : new ClassStart(told.Frequencies, asked!);
        graph.Output(
            "probabilities", PfnGraph.Probabilities(weights, query.Before(1, 1).Squeeze(1), classes, start),
            $"Probabilities of the {weights.Sizes.Classes} classes, [Q, {weights.Sizes.Classes}]; 0 for classes the task does not have.");
        Describe("context", "C", context, contextGuess);
        Describe("query", "Q", query, queryGuess);
        graph.Output("location", scaling.Location.Squeeze(0), "Mean of each feature over the context's observed cells, [F].");
        graph.Output("scale", scaling.Scale.Squeeze(0), "Standard deviation of each feature over the context's observed cells, [F]; 1 where it does not vary.");
        return graph;

        void Describe(string name, string rows, Tensor tokens, CellGuess? guess)
        {
            var cells = tokens.Behind(1, 1, "F");
            var (mean, deviation) = CellBars.Moments(CellBars.LogProbabilities(weights, cells, guess));
            graph.Output($"{name}_embedding", cells, $"Embeddings of the cells, [{rows}, F, D], for cell_distribution.onnx and the flow.");
            graph.Output($"{name}_mean", mean, $"Means of the cells' own distributions, standardised, [{rows}, F]; of no use where observed.");
            graph.Output($"{name}_deviation", deviation, $"Their standard deviations, [{rows}, F].");
        }
    }

    // Inputs of a network that asks regressions; nulls of another.
    private static (CellGuess? Context, CellGuess? Query) Guesses(PfnWeights weights, Graph graph)
    {
        if (!CellGuess.IsAskedBy(weights)) return (null, null);
        var context = graph.Input("context_guess", ["C", "F"], "context_mean of flow_baseline.onnx for the same rows, [C, F].");
        var query = graph.Input("query_guess", ["Q", "F"], "query_mean of flow_baseline.onnx, [Q, F].");
        var spread = graph.Input("guess_spread", ["F"], "spread of flow_baseline.onnx, [F].").Unsqueeze(0);
        return (new CellGuess(context, spread), new CellGuess(query, spread));
    }

    private static (Tensor Context, Tensor Query) Encode(PfnWeights weights, CellTokens tokens, Tensor context, Tensor query)
    {
        var thinking = weights.Has("thinking") ? weights.RowsOf("thinking") : 0;
        if (thinking > 0) context = tokens.Thinking().Join(context, 0, "C+T");
        for (var i = 0; i < weights.Sizes.Layers; i++)
        {
            var (alongRow, alongColumn) = (new CellLayer(weights, $"layer{i}.row"), new CellLayer(weights, $"layer{i}.column"));
            (context, query) = (alongRow.Apply(context), alongRow.Apply(query));
            var turned = context.Transpose(1, 0, 2);
            var source = alongColumn.AttentionNorm(turned);
            context = alongColumn.Apply(turned, source).Transpose(1, 0, 2);
            query = alongColumn.Apply(query.Transpose(1, 0, 2), source).Transpose(1, 0, 2);
        }

        if (thinking > 0) context = context.Behind(0, thinking, "C");
        return (weights.Norm(context, "norm"), weights.Norm(query, "norm"));
    }
}
