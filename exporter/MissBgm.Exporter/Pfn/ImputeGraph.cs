using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Exporter.Tables;

namespace MissBgm.Exporter.Pfn;

/// <summary>
/// <c>impute.onnx</c>: a table of numbers and uniform numbers to completed rows, means, standard deviations and quantiles in the table's units,
/// for hosts without this runtime. All rows are context (PFN-Flow Section 5.2); one pass over the columns in the order given. The runtime takes
/// several passes with columns in orders of their own, measures on hidden cells how far the network is to be trusted, and codes levels.
/// </summary>
public static class ImputeGraph
{
    private const string Title =
        "Imputes rows of a table of numbers, which is its own context. Give its columns as they are and uniform random numbers; read completed rows "
        + "and what is known of each missing cell.";

    private const string Asked = "R";
    private const string All = "S*R";

    /// <summary>Builds the graph.</summary>
    /// <param name="weights">The network.</param>
    /// <param name="steps">Midpoint steps from noise to data.</param>
    public static Graph Build(PfnWeights weights, int steps = FlowSamplerGraph.DefaultSteps)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var graph = new Graph("impute", Title);
        var numbers = graph.Input("numbers", [PortTexts.Rows, "F"], NumbersText(weights.Sizes.Features), ElementType.Double);
        var rows = graph.Input("rows", [Asked], "Which rows are imputed, from 0, [R].", ElementType.Integer);
        var noise = graph.Input("noise", [PortTexts.Draws, Asked, "F"], NoiseText, ElementType.Double);
        var probabilities = graph.Input("probabilities", ["Q"], "Which quantiles are wanted, such as 0.025 and 0.975, [Q].", ElementType.Double);

        // In double precision, so that large offsets lose nothing.
        var (missing, zero) = (numbers.IsNaN(), graph.Scalar(ElementType.Double, 0));
        var seen = missing.Not().Cast(ElementType.Double);
        var count = seen.Sum(0, keepAxis: true).Max(1);
        var location = missing.Where(zero, numbers).Sum(0, keepAxis: true) / count;
        var variance = missing.Where(zero, (numbers - location).Square()).Sum(0, keepAxis: true) / count;
        var scale = variance.Greater(0).Where(variance.Sqrt(), graph.Scalar(ElementType.Double, 1));
        var x = missing.Where(zero, (numbers - location) / scale).Cast(ElementType.Real);
        var drawn = Draw(weights, steps, x, seen.Cast(ElementType.Real), rows, noise);

        var own = numbers.Gather(rows, 0);
        var values = location + scale * ByDraw(drawn, noise).Cast(ElementType.Double);
        var (mean, deviation) = ImputedTable.MomentsOf(values);
        graph.Output("completed_numbers", Complete(values), "The rows completed, a table for each draw, [S, R, F]; observed cells as they came.");
        graph.Output("mean", Complete(mean), "Mean of the draws of each missing cell, [R, F]; observed cells as they came.");
        graph.Output("standard_deviation", own.IsNaN().Where(deviation, zero), "Standard deviation of the draws, 0 where observed, [R, F].");
        graph.Output("quantiles", Complete(ImputedTable.Quantiles(values, probabilities)), "Quantiles of the draws, [Q, R, F]; observed cells as they came.");
        return graph;

        Tensor Complete(Tensor computed) => own.IsNaN().Where(computed, own);
    }

    // Draws of the rows asked for in standardised units, [S*R, F].
    private static Tensor Draw(PfnWeights weights, int steps, Tensor x, Tensor observed, Tensor rows, Tensor noise)
    {
        var scaling = new Standardisation(x, observed);
        var context = new RowEmbedding(weights, x, scaling).Apply(x, observed);
        for (var i = 0; i < weights.Sizes.Layers; i++)
        {
            var layer = new TransformerLayer(weights, $"layer{i}");
            context = layer.Apply(context, layer.AttentionNorm(context));
        }

        context = weights.Norm(context, "norm");
        var shown = scaling.Shown(x, observed);
        var baseline = new FlowBaseline(x, weights.Sizes.Features, shown, observed);
        var guesses = baseline.Mean(shown, observed, context: true);

        var flat = Layout.Indices(noise.Count(0) * noise.Count(1), All);
        var row = rows.Gather(flat - flat / noise.Count(1) * noise.Count(1), 0);
        Tensor Of(Tensor tensor) => tensor.Gather(row, 0);
        var normals = noise.Clip(1.0 / (1L << 33), 1 - 1.0 / (1L << 33)).NormalQuantile().MergeRows(All);
        var (mean, known) = (Of(guesses), Of(observed).Greater(0.5));
        var head = new FlowHead(weights, normals, Of(context), context, mean, baseline.Spread);
        return scaling.Location + scaling.Scale * FlowSamplerGraph.Draw(head.Learned, steps, normals, known, Of(shown), mean, baseline.Spread);
    }

    private static Tensor ByDraw(Tensor x, Tensor noise)
    {
        var (draws, rows) = (Layout.Indices(noise.Count(0), PortTexts.Draws), Layout.Indices(noise.Count(1), Asked));
        return x.Gather(draws.Unsqueeze(1) * noise.Count(1) + rows, 0);
    }

    private static string NumbersText(int room) =>
        $"The table's columns of numbers in its own units, [N, F], F at most {room}; NaN where a cell is missing. Every row is context, so some "
        + "thousand rows at most; every column needs observed cells. Levels in an order may stand as their numbers.";

    private const string NoiseText = "Independent uniform numbers between 0 and 1, [S, R, F]: those behind each draw of each row that is asked for.";
}
