using MissBgm.Exporter.Pfn;
using MissBgm.Exporter.Pfn.Cells;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>Values of cells as bars of a distribution, and distributions' moments; the bars are <see cref="CellBars"/>.</summary>
internal static class CellValues
{
    /// <summary>The bar that each value lies in, int64.</summary>
    /// <param name="values">Standardised values of any shape; beyond the limit they count as of the outermost bars.</param>
    public static Tensor BarsOf(Tensor values)
    {
        var even = (values * (Math.Sinh(PfnConstants.BarCurvature) / PfnConstants.StandardisedLimit)).arcsinh() / PfnConstants.BarCurvature;
        return ((even + 1) * (PfnConstants.Bars / 2.0)).floor().clamp(0, PfnConstants.Bars - 1).to(ScalarType.Int64);
    }

    /// <summary>Log widths of the bars, [bars].</summary>
    public static Tensor LogWidths(ScalarType type, Device device) =>
        tensor(CellBars.Edges.Zip(CellBars.Edges.Skip(1), (low, high) => Math.Log(high - low)).ToArray(), type, device);

    /// <summary>Log probabilities of the bars by <see cref="CellBars"/>' Student's t about guesses, up to a constant, [..., bars].</summary>
    /// <param name="guess">Guesses, [...], and their error, of a shape that fits.</param>
    public static Tensor LogMasses(FlowBaseline guess)
    {
        var (mean, type, device) = (guess.Mean.unsqueeze(-1), guess.Mean.dtype, guess.Mean.device);
        var off = (tensor(CellBars.Middles, type, device) - mean) / (guess.Spread.unsqueeze(-1) * CellBars.TailScale);
        return LogWidths(type, device) - (off.square() / CellBars.TailFreedom + 1).log() * ((CellBars.TailFreedom + 1) / 2);
    }

    /// <summary>Mean and standard deviation of distributions.</summary>
    /// <param name="logProbabilities">[..., bars].</param>
    /// <returns>[...] each.</returns>
    public static (Tensor Mean, Tensor Deviation) Moments(Tensor logProbabilities)
    {
        var probabilities = logProbabilities.exp();
        Tensor Expected(double[] ofBar) => (probabilities * tensor(ofBar, probabilities.dtype, probabilities.device)).sum(-1);
        var mean = Expected(CellBars.Middles);
        return (mean, (Expected(CellBars.Squares) - mean.square()).clamp_min(PfnConstants.SmallestCellVariance).sqrt());
    }
}
