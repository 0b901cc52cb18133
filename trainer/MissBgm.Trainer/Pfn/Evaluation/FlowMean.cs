using MissBgm.Exporter.Pfn;
using MissBgm.Trainer.Pfn.Network;
using MissBgm.Trainer.Pfn.Prior;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Evaluation;

/// <summary>Means of a few draws of a table's missing cells along the flow, by the explicit midpoint rule.</summary>
internal static class FlowMean
{
    private const int Draws = 8;
    private const int Steps = 4;

    /// <summary>Mean draws of an unlabelled table that is its own context, standardised, [1, n, F].</summary>
    /// <param name="network">The network.</param>
    /// <param name="values">Standardised values, [1, n, F]; not read where missing.</param>
    /// <param name="observed">[1, n, F].</param>
    /// <param name="random">The base noise.</param>
    public static Tensor Of(PfnNetwork network, Tensor values, Tensor observed, StepRandom random)
    {
        var parameters = network.Parameters.Views(trainable: false);
        var (rows, features) = (values.shape[1], values.shape[2]);
        var labels = zeros([1, rows], ScalarType.Int64, values.device);
        var embedding = network.Backbone.Encode(parameters, values, observed, labels, zeros([1, 1, 1], device: values.device)).expand(Draws, rows, -1);
        var baseline = FlowBaseline.Of(values, observed, rows);
        var noise = random.Normal(Draws, rows, features);
        var (state, length) = (noise, 1.0 / Steps);
        for (var step = 0; step < Steps; step++)
        {
            var start = step * length;
            var middle = Pinned(state + Velocity(state, start) * (length / 2), start + length / 2);
            state = Pinned(state + Velocity(middle, start + length / 2) * length, start + length);
        }

        return (baseline.Mean + state * baseline.Spread).clamp(-PfnConstants.StandardisedLimit, PfnConstants.StandardisedLimit).mean([0], keepdim: true);

        Tensor Velocity(Tensor x, double time) =>
            network.Flow.Velocity(parameters, x, full([Draws, rows, 1], time, device: x.device), embedding, embedding, baseline);

        // Observed cells stay on the straight path from their noise to their value.
        Tensor Pinned(Tensor x, double time) => where(observed.gt(0.5), noise * (1 - time) + values * time, x);
    }
}
