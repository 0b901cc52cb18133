using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn;

/// <summary>The flow-matching head's nodes (PFN-Flow Section 5.2, Appendix B): the velocity of noisy rows given row and context embeddings.</summary>
internal sealed class FlowHead
{
    private readonly PfnWeights _weights;
    private readonly Tensor _context;
    private readonly Tensor _fixed;
    private readonly Tensor _stateKernel;
    private readonly Tensor _shift;
    private readonly Tensor _gain;
    private readonly Tensor _spread;

    /// <param name="weights">The network.</param>
    /// <param name="features">A graph input of shape [N, F].</param>
    /// <param name="rows">Embeddings of the rows, [N, D].</param>
    /// <param name="context">Embeddings of the context rows, [C, D].</param>
    /// <param name="mean">The rows' guesses from flow_baseline.onnx, [N, F].</param>
    /// <param name="spread">Their spread, [1, F].</param>
    public FlowHead(PfnWeights weights, Tensor features, Tensor rows, Tensor context, Tensor mean, Tensor spread)
    {
        (_weights, _context) = (weights, context);
        _stateKernel = Prefix.Of(weights.Place(features.Graph, "flow.state.kernel"), 0, features, 1);
        _shift = Prefix.Of(weights.Place(features.Graph, "flow.shift.kernel"), 1, features, 1);
        _gain = Prefix.Of(weights.Place(features.Graph, "flow.gain.kernel"), 1, features, 1);
        _spread = (weights.Sizes.Features / features.Length(1)).Sqrt();
        _fixed = weights.Dense(rows, "flow.row") + Embed(mean, "flow.mean.kernel") + Embed(spread.Log(), "flow.spread.kernel");

        Tensor Embed(Tensor x, string kernel) => (x * _spread).MatMul(Prefix.Of(weights.Place(features.Graph, kernel), 0, features, 1));
    }

    /// <summary>The velocity dx/dt, [N, F].</summary>
    /// <param name="state">x_t, [N, F].</param>
    /// <param name="time">t, [N, 1] or [1, 1].</param>
    public Tensor Velocity(Tensor state, Tensor time)
    {
        var (gain, shift) = Learned(state, time);
        return ((2 * time - 1) / (time.Square() + (1 - time).Square()) + gain) * state + shift;
    }

    /// <summary>What the velocity has beside that of an independent standard normal: a gain of the state and a shift, [N, F] each.</summary>
    /// <param name="state">x_t, [N, F].</param>
    /// <param name="time">t, [N, 1] or [1, 1].</param>
    public (Tensor Gain, Tensor Shift) Learned(Tensor state, Tensor time)
    {
        var tokens = (state * _spread).MatMul(_stateKernel) + _fixed + _weights.Dense(Waves(time, _weights.Sizes.Width), "flow.time");
        for (var i = 0; i < _weights.Sizes.FlowLayers; i++)
        {
            tokens = new TransformerLayer(_weights, $"flow.layer{i}").Apply(tokens, _context);
        }

        tokens = _weights.Norm(tokens, "flow.norm");
        return (tokens.MatMul(_gain), tokens.MatMul(_shift));
    }

    /// <summary>Sines and cosines of the time, [N, D].</summary>
    internal static Tensor Waves(Tensor time, int width)
    {
        var half = width / 2;
        var frequency = time.Graph.Constant(
            [.. Enumerable.Range(0, half).Select(i => Math.Exp(i * Math.Log(PfnConstants.LargestFrequency) / Math.Max(1, half - 1)))],
            [1, half]);
        var angle = time * frequency;
        return new[] { angle.Sin(), angle.Cos() }.Concat(1);
    }
}
