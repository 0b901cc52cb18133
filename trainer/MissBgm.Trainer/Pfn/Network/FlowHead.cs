using MissBgm.Exporter.Pfn;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// The conditional flow-matching head (Section 5.2, Appendix B): a small transformer over the backbone's embeddings that gives the velocity of a
/// noisy row. Rows attend to the context's embeddings, never to each other's noise, so rows are independent given the context. It works on residuals
/// from <see cref="FlowBaseline"/> in units of their spread, and sees both; the velocity is that of an independent standard normal plus a learned
/// shift and gain of each feature, both zero at the start.
/// </summary>
internal sealed class FlowHead
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

    public FlowHead(ParameterBuilder arrays, NetworkConfig config)
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

    /// <summary>The velocity dx/dt, [B, m, f].</summary>
    /// <param name="parameters">The network's arrays.</param>
    /// <param name="state">Noisy residuals x_t of the standardised rows from the baseline, in units of its spread, [B, m, f].</param>
    /// <param name="time">t from 0 (noise) to 1 (data), [B, m, 1].</param>
    /// <param name="rows">The rows' embeddings, [B, m, D].</param>
    /// <param name="context">The context rows' embeddings, [B, c, D].</param>
    /// <param name="baseline">The rows' baseline.</param>
    public Tensor Velocity(Tensor[] parameters, Tensor state, Tensor time, Tensor rows, Tensor context, FlowBaseline baseline)
    {
        var features = state.shape[2];
        var tokens = Embed(state, _state) + Embed(baseline.Mean, _mean) + Embed(baseline.Spread.log(), _spread)
            + _row.Apply(parameters, rows) + _time.Apply(parameters, Waves(time).to(state.dtype));
        foreach (var block in _blocks)
        {
            tokens = block.Cross(parameters, tokens, context);
        }

        tokens = _norm.Apply(parameters, tokens);
        var shift = tokens.Times(parameters[_shift].narrow(1, 0, features));
        var gain = tokens.Times(parameters[_gain].narrow(1, 0, features));
        return (StandardNormalRate(time) + gain) * state + shift;

        Tensor Embed(Tensor x, int kernel) => (x * Math.Sqrt(_features / (double)features)).Times(parameters[kernel].narrow(0, 0, features));
    }

    // E[x_1 - x_0 | x_t] / x_t for independent standard normal x_0 and x_1, x_t = (1 - t) x_0 + t x_1.
    private static Tensor StandardNormalRate(Tensor time) => (2 * time - 1) / (time.square() + (1 - time).square());

    // Sines and cosines of t at geometrically spaced frequencies from 1 to the largest, [B, m, D].
    private Tensor Waves(Tensor time)
    {
        var half = _width / 2;
        var frequency = (arange(half, ScalarType.Float32, time.device) * (Math.Log(PfnConstants.LargestFrequency) / Math.Max(1, half - 1))).exp();
        var angle = time * frequency.view(1, 1, half);
        return cat([angle.sin(), angle.cos()], 2);
    }
}
