using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn.Cells;

/// <summary>The nodes of the flow over cell embeddings: cells attend within their row.</summary>
internal sealed class CellFlowHead
{
    private readonly PfnWeights _weights;
    private readonly Tensor _fixed;
    private readonly Tensor _stateKernel;

    /// <param name="weights">The network.</param>
    /// <param name="cells">Embeddings of the rows' cells, [N, F, D].</param>
    /// <param name="mean">Their own means, 0 where observed, [N, F].</param>
    /// <param name="spread">Their own standard deviations, 1 where observed, [N, F].</param>
    public CellFlowHead(PfnWeights weights, Tensor cells, Tensor mean, Tensor spread)
    {
        _weights = weights;
        var kernel = weights.Place(cells.Graph, "flow.state.kernel");
        _stateKernel = kernel.Slice(0, 0, 1);
        _fixed = weights.Linear(cells, "flow.cell") + mean.Unsqueeze(2) * kernel.Slice(0, 1, 2) + spread.Log().Unsqueeze(2) * kernel.Slice(0, 2, 3)
            + weights.Place(cells.Graph, "flow.state.bias");
    }

    /// <summary>What the velocity has beside that of an independent standard normal: a gain of the state and a shift, [N, F] each.</summary>
    /// <param name="state">x_t, [N, F].</param>
    /// <param name="time">t, [1, 1].</param>
    public (Tensor Gain, Tensor Shift) Learned(Tensor state, Tensor time)
    {
        var waves = _weights.Dense(FlowHead.Waves(time, _weights.Sizes.Width), "flow.time").Unsqueeze(0);
        var tokens = _fixed + state.Unsqueeze(2) * _stateKernel + waves;
        for (var i = 0; i < _weights.Sizes.FlowLayers; i++) tokens = new CellLayer(_weights, $"flow.layer{i}").Apply(tokens);
        var learned = _weights.Linear(_weights.Norm(tokens, "flow.norm"), "flow.output");
        return (learned.Slice(2, 0, 1).Squeeze(2), learned.Slice(2, 1, 2).Squeeze(2));
    }
}
