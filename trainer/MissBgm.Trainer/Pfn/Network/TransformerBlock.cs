using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// A pre-norm transformer layer whose keys and values come from given tokens. Both residual branches start at zero, so a fresh layer is the
/// identity.
/// </summary>
internal sealed class TransformerBlock
{
    private readonly int _heads;
    private readonly LayerNorm _attentionNorm;
    private readonly DenseLayer _query;
    private readonly DenseLayer _keyValue;
    private readonly DenseLayer _output;
    private readonly LayerNorm _feedForwardNorm;
    private readonly DenseLayer _up;
    private readonly DenseLayer _down;

    public TransformerBlock(ParameterBuilder arrays, string name, NetworkConfig config)
    {
        _heads = config.Heads;
        _attentionNorm = arrays.Norm($"{name}.attention_norm", config.Width);
        _query = arrays.Dense($"{name}.query", config.Width, config.Width);
        _keyValue = arrays.Dense($"{name}.key_value", config.Width, 2 * config.Width);
        _output = arrays.Dense($"{name}.output", config.Width, config.Width, zero: true);
        _feedForwardNorm = arrays.Norm($"{name}.feed_forward_norm", config.Width);
        _up = arrays.Dense($"{name}.up", config.Width, config.FeedForward);
        _down = arrays.Dense($"{name}.down", config.FeedForward, config.Width, zero: true);
    }

    /// <summary>Tokens that attend to the first <paramref name="context"/> among themselves, [B, n, D].</summary>
    public Tensor Self(Tensor[] parameters, Tensor tokens, long context)
    {
        var normed = _attentionNorm.Apply(parameters, tokens);
        return FeedForward(parameters, tokens + Attend(parameters, normed, normed.narrow(1, 0, context)));
    }

    /// <summary>Tokens, [B, n, D], that attend to others, [B, c, D].</summary>
    public Tensor Cross(Tensor[] parameters, Tensor tokens, Tensor source)
        => FeedForward(parameters, tokens + Attend(parameters, _attentionNorm.Apply(parameters, tokens), source));

    private Tensor Attend(Tensor[] parameters, Tensor tokens, Tensor source)
    {
        var width = tokens.shape[2];
        var queries = Split(_query.Apply(parameters, tokens));
        var keysValues = _keyValue.Apply(parameters, source).split(width, 2);
        var mixed = nn.functional.scaled_dot_product_attention(queries, Split(keysValues[0]), Split(keysValues[1]));
        return _output.Apply(parameters, mixed.transpose(1, 2).reshape(tokens.shape));
    }

    // [B, n, D] to [B, heads, n, D / heads].
    private Tensor Split(Tensor x) => x.reshape(x.shape[0], x.shape[1], _heads, x.shape[2] / _heads).transpose(1, 2);

    private Tensor FeedForward(Tensor[] parameters, Tensor tokens)
        => tokens + _down.Apply(parameters, _up.Apply(parameters, _feedForwardNorm.Apply(parameters, tokens)).gelu());
}
