using MissBgm.Exporter.Pfn;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>How the flow's time is shown to it, and the velocity that is known without learning.</summary>
internal static class FlowTime
{
    /// <summary>E[x_1 - x_0 | x_t] / x_t for independent standard normal x_0 and x_1, x_t = (1 - t) x_0 + t x_1.</summary>
    public static Tensor StandardNormalRate(Tensor time) => (2 * time - 1) / (time.square() + (1 - time).square());

    /// <summary>Sines and cosines of t at geometrically spaced frequencies from 1 to the largest, [B, m, D].</summary>
    /// <param name="time">t, [B, m, 1].</param>
    /// <param name="width">D, even.</param>
    public static Tensor Waves(Tensor time, int width)
    {
        var half = width / 2;
        var frequency = (arange(half, ScalarType.Float32, time.device) * (Math.Log(PfnConstants.LargestFrequency) / Math.Max(1, half - 1))).exp();
        var angle = time * frequency.view(1, 1, half);
        return cat([angle.sin(), angle.cos()], 2);
    }
}
