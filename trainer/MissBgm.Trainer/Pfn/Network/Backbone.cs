using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// The transformer over row tokens (Section 5.1, Appendix B): a row's token is the sum of an embedding of its values, an embedding of its mask and,
/// for context rows, an embedding of its label. Context rows attend to the context, query rows too; the order of the rows has no meaning.
/// </summary>
internal sealed class Backbone
{
    private readonly int _features;
    private readonly int _values;
    private readonly int _missing;
    private readonly int _labels;
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly DenseLayer _classHidden;
    private readonly DenseLayer _classOutput;

    public Backbone(ParameterBuilder arrays, NetworkConfig config)
    {
        _features = config.Features;
        // Uniform limits of unit-variance tokens: the scaled values have about F unit entries, the label is one of K.
        _values = arrays.Uniform("values.kernel", config.Features, config.Width, 1 / Math.Sqrt(config.Features));
        _missing = arrays.Uniform("missing.kernel", config.Features, config.Width, 1 / Math.Sqrt(config.Features));
        _labels = arrays.Uniform("labels.kernel", config.Classes, config.Width, 1);
        _blocks = [.. Enumerable.Range(0, config.Layers).Select(layer => new TransformerBlock(arrays, $"layer{layer}", config))];
        _norm = arrays.Norm("norm", config.Width);
        _classHidden = arrays.Dense("class_hidden", config.Width, config.FeedForward);
        _classOutput = arrays.Dense("class_output", config.FeedForward, config.Classes, zero: true);
    }

    /// <summary>Row embeddings, [B, n, D].</summary>
    /// <param name="parameters">The network's arrays.</param>
    /// <param name="values">Standardised values, [B, n, f] with f up to F; not read where missing.</param>
    /// <param name="observed">[B, n, f].</param>
    /// <param name="labels">Classes of the context rows, [B, c], int64.</param>
    /// <param name="labelled">1 for tasks whose labels are shown, else 0, [B, 1, 1].</param>
    public Tensor Encode(Tensor[] parameters, Tensor values, Tensor observed, Tensor labels, Tensor labelled)
    {
        var features = values.shape[2];
        var shown = values * observed * Math.Sqrt(_features / (double)features);
        var tokens = shown.Times(parameters[_values].narrow(0, 0, features)) + (1 - observed).Times(parameters[_missing].narrow(0, 0, features));
        var (context, width) = (labels.shape[1], tokens.shape[2]);
        // Looked up in the tokens' precision, for its gradient is a sum over all rows of a class.
        var label = parameters[_labels].to(tokens.dtype).index_select(0, labels.reshape(-1)).view(labels.shape[0], context, width) * labelled;
        tokens = cat([tokens.narrow(1, 0, context) + label, tokens.narrow(1, context, tokens.shape[1] - context)], 1);
        foreach (var block in _blocks)
        {
            tokens = block.Self(parameters, tokens, context);
        }

        return _norm.Apply(parameters, tokens);
    }

    /// <summary>Log probabilities of the classes, [B, q, K]; classes a task does not have get next to none.</summary>
    /// <param name="parameters">The network's arrays.</param>
    /// <param name="queries">Embeddings of the query rows, [B, q, D].</param>
    /// <param name="classes">Number of classes of each task, [B].</param>
    public Tensor LogProbabilities(Tensor[] parameters, Tensor queries, Tensor classes)
    {
        var logits = _classOutput.Apply(parameters, _classHidden.Apply(parameters, queries).gelu()).to(queries.dtype);
        var unused = arange(logits.shape[2], device: logits.device).view(1, 1, -1).ge(classes.view(-1, 1, 1));
        return logits.masked_fill(unused, -1e4).log_softmax(2);
    }
}
