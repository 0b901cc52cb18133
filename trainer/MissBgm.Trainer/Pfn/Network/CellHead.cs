using MissBgm.Exporter.Pfn;
using MissBgm.Exporter.Pfn.Cells;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// Each missing cell's own distribution, from its embedding: the probabilities of <see cref="CellBars"/>. At the start these are even bars, or, of a
/// network that asks regressions, those of Student's t about the regressions' guess, in whose units the rest is learned.
/// </summary>
internal sealed class CellHead(ParameterBuilder arrays, NetworkConfig config)
{
    private readonly DenseLayer _hidden = arrays.Dense("bars_hidden", config.Width, config.FeedForward);
    private readonly DenseLayer _output = arrays.Dense("bars_output", config.FeedForward, PfnConstants.Bars, zero: true);

    /// <summary>Log probabilities of the bars, [..., bars].</summary>
    /// <param name="parameters">The network's arrays.</param>
    /// <param name="cells">Embeddings of cells, [..., D].</param>
    /// <param name="guess">The regressions' guesses, [...], and their error, of a shape that fits; null of a network that asks none.</param>
    public Tensor LogProbabilities(Tensor[] parameters, Tensor cells, FlowBaseline? guess)
    {
        var logits = _output.Apply(parameters, _hidden.Apply(parameters, cells).gelu()).to(cells.dtype);
        return (guess is null ? logits : logits + CellValues.LogMasses(guess)).log_softmax(-1);
    }

    /// <summary>Mean negative log density of the missing cells' values, nats.</summary>
    /// <param name="parameters">The network's arrays.</param>
    /// <param name="encoding">What the backbone made of the tables.</param>
    /// <param name="values">Complete standardised values, [B, n, f].</param>
    /// <param name="observed">[B, n, f].</param>
    public Tensor Loss(Tensor[] parameters, Encoding encoding, Tensor values, Tensor observed)
    {
        var missing = observed.reshape(-1).lt(0.5).nonzero().view(-1);
        if (missing.shape[0] == 0) return zeros([], values.dtype, values.device);
        var cells = encoding.Cells!;
        var bars = CellValues.BarsOf(values.reshape(-1).index_select(0, missing));
        var logs = LogProbabilities(parameters, cells.reshape(-1, cells.shape[^1]).index_select(0, missing), encoding.Guess?.OfCells(missing));
        return (CellValues.LogWidths(values.dtype, values.device).index_select(0, bars) - logs.gather(1, bars.unsqueeze(1)).squeeze(1)).mean();
    }
}
