using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn;

/// <summary>A pre-norm transformer layer whose keys and values come from given tokens.</summary>
internal sealed class TransformerLayer(PfnWeights weights, string name)
{
    /// <summary>Tokens as the layer's attention sees them, [N, D].</summary>
    public Tensor AttentionNorm(Tensor tokens) => weights.Norm(tokens, $"{name}.attention_norm");

    /// <summary>Applies the layer.</summary>
    /// <param name="tokens">[N, D].</param>
    /// <param name="source">What they attend to, normalised, [C, D].</param>
    public Tensor Apply(Tensor tokens, Tensor source)
    {
        var attended = tokens + weights.Dense(Attend(AttentionNorm(tokens), source), $"{name}.output");
        var hidden = weights.Dense(weights.Norm(attended, $"{name}.feed_forward_norm"), $"{name}.up").Gelu();
        return attended + weights.Dense(hidden, $"{name}.down");
    }

    private Tensor Attend(Tensor tokens, Tensor source)
    {
        var (width, heads) = (weights.Sizes.Width, weights.Sizes.Heads);
        var headWidth = width / heads;
        var keysValues = weights.Dense(source, $"{name}.key_value");
        var queries = Heads(weights.Dense(tokens, $"{name}.query") * (1 / Math.Sqrt(headWidth)), 1, 0, 2);
        var keys = Heads(keysValues.Slice(1, 0, width), 1, 2, 0);
        var values = Heads(keysValues.Slice(1, width, 2 * width), 1, 0, 2);
        var mixed = queries.MatMul(keys).Softmax().MatMul(values);
        return mixed.Transpose(1, 0, 2).Reshape([tokens.Shape[0], width]);

        // [n, D] as [n, heads, D / heads], its axes in the given order.
        Tensor Heads(Tensor x, params int[] order) => x.Reshape([x.Shape[0], heads, headWidth]).Transpose(order);
    }
}
