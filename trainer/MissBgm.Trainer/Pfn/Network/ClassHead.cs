using MissBgm.Exporter.Pfn;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>Class probabilities from row embeddings: a dense layer with GELU and one to the classes, whose weights start at zero.</summary>
internal sealed class ClassHead(ParameterBuilder arrays, NetworkConfig config)
{
    private readonly DenseLayer _hidden = arrays.Dense("class_hidden", config.Width, config.FeedForward);
    private readonly DenseLayer _output = arrays.Dense("class_output", config.FeedForward, config.Classes, zero: true);
    private readonly DenseLayer? _trust = config.Guesses ? arrays.Dense("class_trust", config.FeedForward, PfnConstants.ClassGuesses, zero: true) : null;

    /// <summary>Log probabilities of the classes, [B, q, K], as <see cref="IBackbone.LogProbabilities"/> says.</summary>
    public Tensor LogProbabilities(Tensor[] parameters, Encoding queries, Tensor classes)
    {
        var hidden = _hidden.Apply(parameters, queries.Rows).gelu();
        var logits = _output.Apply(parameters, hidden).to(queries.Rows.dtype);
        if (queries.ClassGuess is { } guess)
        {
            var trust = _trust!.Value.Apply(parameters, hidden).to(logits.dtype) + tensor(PfnConstants.StartingTrust, logits.dtype, logits.device);
            logits = logits + guess.Frequencies + (guess.Scores * trust.unsqueeze(3)).sum(2);
        }

        var unused = arange(logits.shape[2], device: logits.device).view(1, 1, -1).ge(classes.view(-1, 1, 1));
        return logits.masked_fill(unused, -1e4).log_softmax(2);
    }
}
