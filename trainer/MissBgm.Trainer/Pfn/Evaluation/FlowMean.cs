using MissBgm.Exporter.Pfn;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Evaluation;

/// <summary>Means of a few draws of missing cells along the flow, by the explicit midpoint rule.</summary>
internal static class FlowMean
{
    private const int Draws = 8;
    private const int Steps = 4;

    /// <summary>Mean draws, standardised, [B, n, f].</summary>
    /// <param name="network">The network.</param>
    /// <param name="rows">The tables' encoding.</param>
    /// <param name="values">Standardised values, [B, n, f]; not read where missing.</param>
    /// <param name="observed">[B, n, f].</param>
    /// <param name="context">Number of context rows, the first of n.</param>
    /// <param name="random">The base noise.</param>
    public static Tensor Of(PfnNetwork network, Encoding rows, Tensor values, Tensor observed, long context, StepRandom random)
    {
        var parameters = network.Parameters.Views(trainable: false);
        var start = network.Flow.Start(parameters, rows, values, observed, context);
        var sum = zeros_like(values);
        for (var draw = 0; draw < Draws; draw++)
        {
            using var scope = NewDisposeScope();
            var state = Draw(network, rows, values, observed, context, start, random.Normal(values.shape));
            var drawn = (start.Mean + state * start.Spread).clamp(-PfnConstants.StandardisedLimit, PfnConstants.StandardisedLimit);
            sum.add_(drawn);
        }

        return sum / Draws;
    }

    private static Tensor Draw(
        PfnNetwork network, Encoding rows, Tensor values, Tensor observed, long context, FlowBaseline start, Tensor noise)
    {
        var parameters = network.Parameters.Views(trainable: false);
        var (state, length, source) = (noise, 1.0 / Steps, rows.OfRows(0, context));
        for (var step = 0; step < Steps; step++)
        {
            var begun = step * length;
            var middle = Pinned(state + Velocity(state, begun) * (length / 2), begun + length / 2);
            state = Pinned(state + Velocity(middle, begun + length / 2) * length, begun + length);
        }

        return state;

        Tensor Velocity(Tensor x, double time) =>
            network.Flow.Velocity(parameters, x, full([x.shape[0], x.shape[1], 1], time, device: x.device), rows, source, start);

        // Observed cells stay on the straight path from their noise to their value.
        Tensor Pinned(Tensor x, double time) => where(observed.gt(0.5), noise * (1 - time) + values * time, x);
    }
}
