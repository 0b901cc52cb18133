using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>Class probabilities from row embeddings: a dense layer with GELU and one to the classes, whose weights start at zero.</summary>
internal sealed class ClassHead(ParameterBuilder arrays, NetworkConfig config)
{
    private readonly DenseLayer _hidden = arrays.Dense("class_hidden", config.Width, config.FeedForward);
    private readonly DenseLayer _output = arrays.Dense("class_output", config.FeedForward, config.Classes, zero: true);

    /// <summary>Log probabilities of the classes, [B, q, K], as <see cref="IBackbone.LogProbabilities"/> says.</summary>
    public Tensor LogProbabilities(Tensor[] parameters, Tensor queries, Tensor classes)
    {
        var logits = _output.Apply(parameters, _hidden.Apply(parameters, queries).gelu()).to(queries.dtype);
        var unused = arange(logits.shape[2], device: logits.device).view(1, 1, -1).ge(classes.view(-1, 1, 1));
        return logits.masked_fill(unused, -1e4).log_softmax(2);
    }
}
