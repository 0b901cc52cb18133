using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// The flow over row embeddings (Section 5.2, Appendix B): a small transformer over the backbone's embeddings that gives the velocity of a
/// noisy row. Rows attend to the context's embeddings, never to each other's noise, so rows are independent given the context. It works on residuals
/// from <see cref="FlowBaseline"/> in units of their spread, and sees both; the velocity is that of an independent standard normal plus a learned
/// shift and gain of each feature, both zero at the start.
/// </summary>
internal sealed class RowFlow : IFlow
{
    private readonly int _features;
    private readonly int _width;
    private readonly int _state;
    private readonly DenseLayer _row;
    private readonly DenseLayer _time;
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly int _shift;
    private readonly int _gain;
    private readonly int _mean;
    private readonly int _spread;

    public RowFlow(ParameterBuilder arrays, NetworkConfig config)
    {
        (_features, _width) = (config.Features, config.Width);
        _state = arrays.Uniform("flow.state.kernel", config.Features, config.Width, 1 / Math.Sqrt(config.Features));
        _row = arrays.Dense("flow.row", config.Width, config.Width);
        _time = arrays.Dense("flow.time", config.Width, config.Width);
        _blocks = [.. Enumerable.Range(0, config.FlowLayers).Select(layer => new TransformerBlock(arrays, $"flow.layer{layer}", config))];
        _norm = arrays.Norm("flow.norm", config.Width);
        _shift = arrays.Uniform("flow.shift.kernel", config.Width, config.Features, 0);
        _gain = arrays.Uniform("flow.gain.kernel", config.Width, config.Features, 0);
        _mean = arrays.Uniform("flow.mean.kernel", config.Features, config.Width, 0);
        _spread = arrays.Uniform("flow.spread.kernel", config.Features, config.Width, 0);
    }

    /// <inheritdoc />
    public FlowBaseline Start(Tensor[] parameters, Encoding rows, Tensor values, Tensor observed, long context) =>
        FlowBaseline.Of(values, observed, context);

    /// <inheritdoc />
    public Tensor Velocity(Tensor[] parameters, Tensor state, Tensor time, Encoding rows, Encoding context, FlowBaseline start)
    {
        var features = state.shape[2];
        var tokens = Embed(state, _state) + Embed(start.Mean, _mean) + Embed(start.Spread.log(), _spread)
            + _row.Apply(parameters, rows.Rows) + _time.Apply(parameters, FlowTime.Waves(time, _width).to(state.dtype));
        foreach (var block in _blocks)
        {
            tokens = block.Cross(parameters, tokens, context.Rows);
        }

        tokens = _norm.Apply(parameters, tokens);
        var shift = tokens.Times(parameters[_shift].narrow(1, 0, features));
        var gain = tokens.Times(parameters[_gain].narrow(1, 0, features));
        return (FlowTime.StandardNormalRate(time) + gain) * state + shift;

        Tensor Embed(Tensor x, int kernel) => (x * Math.Sqrt(_features / (double)features)).Times(parameters[kernel].narrow(0, 0, features));
    }
}
