using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Pfn.Cells;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Pfn;

/// <summary><c>pfn.onnx</c>: context and query rows to class probabilities and row embeddings; rows and features are dynamic, scaling is inside.</summary>
public static class PfnGraph
{
    /// <summary>Builds the graph.</summary>
    public static Graph Build(PfnWeights weights, Precision precision = Precision.Single)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("pfn", "Class probabilities of query rows given a labelled context, and row embeddings (PFN-Flow Section 5.1).", precision);
        var contextValues = graph.Input(
            "context_values", ["C", "F"],
            "Values of the context rows in any units, [C, F]; anything where not observed. F is at most the network's number of features.");
        var contextObserved = graph.Input("context_observed", ["C", "F"], "1 where a context cell is observed, 0 where it is missing, [C, F].");
        var labels = graph.Input(
            "context_labels", ["C"], $"Classes of the context rows from 0, [C]; {weights.Sizes.Classes} for a row without a label.",
            ElementType.Integer);
        var queryValues = graph.Input("query_values", ["Q", "F"], "Values of the query rows, [Q, F].");
        var queryObserved = graph.Input("query_observed", ["Q", "F"], "1 where a query cell is observed, [Q, F].");
        var classes = graph.Input("classes", Shape.Scalar, "Number of classes of the task.", ElementType.Integer);

        var scaling = new Standardisation(contextValues, contextObserved);
        var embed = new RowEmbedding(weights, contextValues, scaling);
        var context = embed.Apply(contextValues, contextObserved) + weights.PlaceWithZeroRow(graph, "labels.kernel").Gather(labels, 0);
        var query = embed.Apply(queryValues, queryObserved);
        for (var i = 0; i < weights.Sizes.Layers; i++)
        {
            var layer = new TransformerLayer(weights, $"layer{i}");
            var source = layer.AttentionNorm(context);
            (context, query) = (layer.Apply(context, source), layer.Apply(query, source));
        }

        (context, query) = (weights.Norm(context, "norm"), weights.Norm(query, "norm"));
        graph.Output(
            "probabilities", Probabilities(weights, query, classes),
            $"Probabilities of the {weights.Sizes.Classes} classes, [Q, {weights.Sizes.Classes}]; 0 for classes the task does not have.");
        graph.Output("context_embedding", context, "Embeddings of the context rows, [C, D], for flow_velocity.onnx and flow_sampler.onnx.");
        graph.Output("query_embedding", query, "Embeddings of the query rows, [Q, D].");
        graph.Output("location", scaling.Location.Squeeze(0), "Mean of each feature over the context's observed cells, [F].");
        graph.Output("scale", scaling.Scale.Squeeze(0), "Standard deviation of each feature over the context's observed cells, [F]; 1 where it does not vary.");
        return graph;
    }

    /// <summary>The file's name within a bundle.</summary>
    public const string FileName = PfnFiles.Pfn;

    internal static Tensor Probabilities(PfnWeights weights, Tensor query, Tensor classes, ClassStart? start = null)
    {
        var graph = query.Graph;
        var hidden = weights.Dense(query, "class_hidden").Gelu();
        var logits = weights.Dense(hidden, "class_output");
        if (start is not null)
        {
            var trust = weights.Dense(hidden, "class_trust") + graph.Constant(PfnConstants.StartingTrust, [PfnConstants.ClassGuesses]);
            logits += start.Scores.Select((scores, guess) => scores * trust.Slice(1, guess, guess + 1)).Aggregate(start.Frequencies, (sum, term) => sum + term);
        }

        var number = graph.Constant([.. Enumerable.Range(0, weights.Sizes.Classes).Select(k => (double)k)], [weights.Sizes.Classes]);
        return number.Less(classes.Cast(ElementType.Real)).Where(logits, graph.Constant(-1e4)).Softmax();
    }
}
