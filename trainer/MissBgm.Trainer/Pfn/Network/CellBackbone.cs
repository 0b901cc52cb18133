using MissBgm.Exporter.Pfn;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// The transformer over cell tokens: a cell's token is made of its value, whether it is missing, a random identity of its column, and its row's label; the
/// label is a column like the others besides, unknown in query rows. (Where cells are told the label, attention along a column finds it at once; where it
/// had to come to them along the row first, 40 processor minutes did not teach a network to use it, bench/pfn/results/duel.md.) Layers attend along each
/// row and along each column in turn; along a column all rows attend to the context rows only, so query rows know nothing of each other. The order of the
/// rows has no meaning, nor has that of the columns with their identities. A missing cell's token may have the guess of regressions on the context
/// (<see cref="FlowBaseline"/>) and its error. A few rows of learned tokens may be put before the context as room to think in. (In place of the paper's
/// row tokens; the arrangement is that of Hollmann et al., Nature 637, 2025.)
/// </summary>
internal sealed class CellBackbone : IBackbone
{
    private const int LeastIdentity = 4;

    private readonly int _width;
    private readonly int _thinkingRows;
    private readonly bool _guesses;
    private readonly DenseLayer _cell;
    private readonly DenseLayer _identity;
    private readonly int _classCount;
    private readonly DenseLayer? _scores;
    private readonly int _labels;
    private readonly int _unknown;
    private readonly int _thinking;
    private readonly (TransformerBlock AlongRow, TransformerBlock AlongColumn)[] _layers;
    private readonly LayerNorm _norm;
    private readonly ClassHead _classes;

    public CellBackbone(ParameterBuilder arrays, NetworkConfig config)
    {
        (_width, _thinkingRows, _guesses) = (config.Width, config.ThinkingRows, config.Guesses);
        IdentityWidth = Math.Max(LeastIdentity, config.Width / 4);
        _cell = arrays.Dense("cell", _guesses ? 4 : 2, config.Width);
        _identity = arrays.Dense("identity", IdentityWidth, config.Width);
        _classCount = config.Classes;
        _scores = _guesses ? arrays.Dense("scores", PfnConstants.ClassGuesses * config.Classes, config.Width) : null;
        _labels = arrays.Uniform("labels.kernel", config.Classes, config.Width, 1);
        _unknown = arrays.Uniform("labels.unknown", 1, config.Width, 1);
        _thinking = _thinkingRows == 0 ? -1 : arrays.Uniform("thinking", _thinkingRows, config.Width, 1);
        _layers =
        [
            .. Enumerable.Range(0, config.Layers).Select(layer => (
                new TransformerBlock(arrays, $"layer{layer}.row", config), new TransformerBlock(arrays, $"layer{layer}.column", config))),
        ];
        _norm = arrays.Norm("norm", config.Width);
        _classes = new ClassHead(arrays, config);
    }

    /// <inheritdoc />
    public int IdentityWidth { get; }

    /// <inheritdoc />
    public Encoding Encode(Tensor[] parameters, Tensor values, Tensor observed, Tensor labels, Tensor labelled, Tensor? identity = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var (rows, features) = (values.shape[1], values.shape[2]);
        var column = _identity.Apply(parameters, identity).to(values.dtype).unsqueeze(1);
        var guess = _guesses ? FlowBaseline.Of(values, observed, labels.shape[1]) : null;
        var told = _guesses ? ClassGuess.Of(values, observed, labels, labelled, _classCount) : null;
        var cells = _cell.Apply(parameters, Cells(values, observed, guess)).to(values.dtype) + column;
        var label = Labels(parameters, labels, labelled, rows).unsqueeze(2);
        var scores = told is null
            ? label
            : label + _scores!.Value.Apply(parameters, told.Scores.flatten(2) * PfnConstants.ScoreScale).to(values.dtype).unsqueeze(2);
        var tokens = cat([scores, cells + label], 2);
        if (_thinkingRows > 0) tokens = cat([ThinkingRows(parameters, column), tokens], 1);
        foreach (var (alongRow, alongColumn) in _layers)
        {
            tokens = AlongRows(parameters, alongRow, tokens);
            tokens = AlongColumns(parameters, alongColumn, tokens, _thinkingRows + labels.shape[1]);
        }

        tokens = _norm.Apply(parameters, tokens.narrow(1, _thinkingRows, rows));
        return new Encoding(tokens.select(2, 0), tokens.narrow(2, 1, features), guess, told);
    }

    /// <inheritdoc />
    public Tensor LogProbabilities(Tensor[] parameters, Encoding queries, Tensor classes) => _classes.LogProbabilities(parameters, queries, classes);

    // What is known of each cell, [B, n, f, 2 or 4].
    private static Tensor Cells(Tensor values, Tensor observed, FlowBaseline? guess)
    {
        var missing = 1 - observed;
        return guess is null
            ? stack([values * observed, missing], 3)
            : stack([values * observed, missing, guess.Mean, guess.Spread.log() * missing], 3);
    }

    // Tokens of the label's column, [B, n, D].
    private Tensor Labels(Tensor[] parameters, Tensor labels, Tensor labelled, long rows)
    {
        var (tasks, context) = (labels.shape[0], labels.shape[1]);
        var unknown = parameters[_unknown].to(labelled.dtype).view(1, 1, _width);
        var known = parameters[_labels].to(labelled.dtype).index_select(0, labels.reshape(-1)).view(tasks, context, _width);
        return cat([known * labelled + unknown * (1 - labelled), unknown.expand(tasks, rows - context, _width)], 1);
    }

    // [B, thinking rows, 1 + f, D]; they know which column is which.
    private Tensor ThinkingRows(Tensor[] parameters, Tensor column)
    {
        var token = parameters[_thinking].to(column.dtype).view(1, _thinkingRows, 1, _width);
        return token + cat([zeros_like(column.narrow(2, 0, 1)), column], 2);
    }

    private static Tensor AlongRows(Tensor[] parameters, TransformerBlock block, Tensor tokens)
    {
        var (rows, columns) = (tokens.shape[1], tokens.shape[2]);
        return block.Self(parameters, tokens.reshape(-1, columns, tokens.shape[3]), columns).view(-1, rows, columns, tokens.shape[3]);
    }

    private static Tensor AlongColumns(Tensor[] parameters, TransformerBlock block, Tensor tokens, long context)
    {
        var (rows, columns) = (tokens.shape[1], tokens.shape[2]);
        var turned = tokens.transpose(1, 2).reshape(-1, rows, tokens.shape[3]);
        return block.Self(parameters, turned, context).view(-1, columns, rows, tokens.shape[3]).transpose(1, 2);
    }
}
