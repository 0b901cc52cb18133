using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn.Cells;

/// <summary>A pre-norm transformer layer over batches of sequences, [N, T, D], whose keys and values come from given tokens.</summary>
internal sealed class CellLayer(PfnWeights weights, string name)
{
    /// <summary>Applies the layer to tokens that attend to one another, [N, T, D].</summary>
    public Tensor Apply(Tensor tokens) => Apply(tokens, AttentionNorm(tokens));

    /// <summary>Tokens as the layer's attention sees them, [N, T, D].</summary>
    public Tensor AttentionNorm(Tensor tokens) => weights.Norm(tokens, $"{name}.attention_norm");

    /// <summary>Applies the layer.</summary>
    /// <param name="tokens">[N, T, D].</param>
    /// <param name="source">What they attend to, normalised, [N, S, D].</param>
    public Tensor Apply(Tensor tokens, Tensor source)
    {
        var attended = tokens + weights.Linear(Attend(AttentionNorm(tokens), source), $"{name}.output");
        var hidden = weights.Linear(weights.Norm(attended, $"{name}.feed_forward_norm"), $"{name}.up").Gelu();
        return attended + weights.Linear(hidden, $"{name}.down");
    }

    private Tensor Attend(Tensor tokens, Tensor source)
    {
        var (width, heads) = (weights.Sizes.Width, weights.Sizes.Heads);
        var headWidth = width / heads;
        var keysValues = weights.Linear(source, $"{name}.key_value");
        var queries = Heads(weights.Linear(tokens, $"{name}.query") * (1 / Math.Sqrt(headWidth)), 0, 2, 1, 3);
        var keys = Heads(keysValues.Slice(2, 0, width), 0, 2, 3, 1);
        var values = Heads(keysValues.Slice(2, width, 2 * width), 0, 2, 1, 3);
        var mixed = queries.MatMul(keys).Softmax().MatMul(values);
        return mixed.Transpose(0, 2, 1, 3).Reshape([tokens.Shape[0], tokens.Shape[1], width]);

        // [N, T, D] as [N, T, heads, D / heads], its axes in the given order.
        Tensor Heads(Tensor x, params int[] order) => x.Reshape([x.Shape[0], x.Shape[1], heads, headWidth]).Transpose(order);
    }
}
