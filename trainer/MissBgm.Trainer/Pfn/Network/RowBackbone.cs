using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// The transformer over row tokens (Section 5.1, Appendix B): a row's token is the sum of an embedding of its values, an embedding of its mask and,
/// for context rows, an embedding of its label. Context rows attend to the context, query rows too; the order of the rows has no meaning.
/// </summary>
internal sealed class RowBackbone : IBackbone
{
    private readonly int _features;
    private readonly int _values;
    private readonly int _missing;
    private readonly int _labels;
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly ClassHead _classes;

    public RowBackbone(ParameterBuilder arrays, NetworkConfig config)
    {
        _features = config.Features;
        // Uniform limits of unit-variance tokens: the scaled values have about F unit entries, the label is one of K.
        _values = arrays.Uniform("values.kernel", config.Features, config.Width, 1 / Math.Sqrt(config.Features));
        _missing = arrays.Uniform("missing.kernel", config.Features, config.Width, 1 / Math.Sqrt(config.Features));
        _labels = arrays.Uniform("labels.kernel", config.Classes, config.Width, 1);
        _blocks = [.. Enumerable.Range(0, config.Layers).Select(layer => new TransformerBlock(arrays, $"layer{layer}", config))];
        _norm = arrays.Norm("norm", config.Width);
        _classes = new ClassHead(arrays, config);
    }

    /// <inheritdoc />
    public int IdentityWidth => 0;

    /// <inheritdoc />
    public Encoding Encode(Tensor[] parameters, Tensor values, Tensor observed, Tensor labels, Tensor labelled, Tensor? identity = null)
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

        return new Encoding(_norm.Apply(parameters, tokens));
    }

    /// <inheritdoc />
    public Tensor LogProbabilities(Tensor[] parameters, Encoding queries, Tensor classes) => _classes.LogProbabilities(parameters, queries, classes);
}
