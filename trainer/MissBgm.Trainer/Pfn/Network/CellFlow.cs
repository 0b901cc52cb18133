using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// The flow over cell embeddings: it starts from each missing cell's own distribution, in whose standard deviations it works, and learns what that
/// lacks: its shape and how the cells of a row hang together. A token a cell; cells attend within their row, never to another row's noise. The
/// velocity is that of an independent standard normal plus a learned shift and gain of each cell, both zero at the start.
/// </summary>
internal sealed class CellFlow : IFlow
{
    private readonly int _width;
    private readonly CellHead _head;
    private readonly DenseLayer _cell;
    private readonly DenseLayer _state;
    private readonly DenseLayer _time;
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly DenseLayer _output;

    public CellFlow(ParameterBuilder arrays, NetworkConfig config, CellHead head)
    {
        (_width, _head) = (config.Width, head);
        _cell = arrays.Dense("flow.cell", config.Width, config.Width);
        _state = arrays.Dense("flow.state", 3, config.Width);
        _time = arrays.Dense("flow.time", config.Width, config.Width);
        _blocks = [.. Enumerable.Range(0, config.FlowLayers).Select(layer => new TransformerBlock(arrays, $"flow.layer{layer}", config))];
        _norm = arrays.Norm("flow.norm", config.Width);
        _output = arrays.Dense("flow.output", config.Width, 2, zero: true);
    }

    /// <inheritdoc />
    public FlowBaseline Start(Tensor[] parameters, Encoding rows, Tensor values, Tensor observed, long context)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var (mean, deviation) = CellValues.Moments(_head.LogProbabilities(parameters, rows.Cells!.detach(), rows.Guess));
        return new FlowBaseline(
            (mean * (1 - observed)).MoveToOuterDisposeScope(), (deviation * (1 - observed) + observed).MoveToOuterDisposeScope());
    }

    /// <inheritdoc />
    public Tensor Velocity(Tensor[] parameters, Tensor state, Tensor time, Encoding rows, Encoding context, FlowBaseline start)
    {
        var (tasks, count, features) = (state.shape[0], state.shape[1], state.shape[2]);
        var waves = _time.Apply(parameters, FlowTime.Waves(time, _width).to(state.dtype)).to(state.dtype).unsqueeze(2);
        var noisy = _state.Apply(parameters, stack([state, start.Mean, start.Spread.log()], 3)).to(state.dtype);
        var tokens = (_cell.Apply(parameters, rows.Cells!).to(state.dtype) + noisy + waves).reshape(tasks * count, features, _width);
        foreach (var block in _blocks) tokens = block.Self(parameters, tokens, features);
        var learned = _output.Apply(parameters, _norm.Apply(parameters, tokens)).to(state.dtype).view(tasks, count, features, 2);
        return (FlowTime.StandardNormalRate(time) + learned.select(3, 0)) * state + learned.select(3, 1);
    }
}
