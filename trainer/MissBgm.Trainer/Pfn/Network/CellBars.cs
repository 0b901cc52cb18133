using MissBgm.Exporter.Pfn;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn.Network;

/// <summary>
/// The bars of a cell's distribution over standardised values: their edges are spaced as a hyperbolic sine, narrow where most values lie, and within a
/// bar the density is even (Mueller et al., 2022, Section 5, "Riemann distribution").
/// </summary>
internal static class CellBars
{
    private static readonly double Reach = Math.Sinh(PfnConstants.BarCurvature);

    /// <summary>The edges, [bars + 1].</summary>
    public static double[] Edges { get; } = [.. Enumerable.Range(0, PfnConstants.Bars + 1).Select(Edge)];

    /// <summary>The bar that each value lies in, int64.</summary>
    /// <param name="values">Standardised values of any shape; beyond the limit they count as of the outermost bars.</param>
    public static Tensor IndexOf(Tensor values)
    {
        var even = (values * (Reach / PfnConstants.StandardisedLimit)).arcsinh() / PfnConstants.BarCurvature;
        return ((even + 1) * (PfnConstants.Bars / 2.0)).floor().clamp(0, PfnConstants.Bars - 1).to(ScalarType.Int64);
    }

    /// <summary>Mean and standard deviation of distributions.</summary>
    /// <param name="logProbabilities">[..., bars].</param>
    /// <returns>[...] each.</returns>
    public static (Tensor Mean, Tensor Deviation) Moments(Tensor logProbabilities)
    {
        var probabilities = logProbabilities.exp();
        Tensor Expected(Func<double, double, double> ofBar) =>
            (probabilities * tensor(Edges.Zip(Edges.Skip(1), ofBar).ToArray(), probabilities.dtype, probabilities.device)).sum(-1);
        var mean = Expected((low, high) => (low + high) / 2);
        // The second moment of an even density between two edges.
        var square = Expected((low, high) => (low * low + low * high + high * high) / 3);
        return (mean, (square - mean.square()).clamp_min(1e-8).sqrt());
    }

    private static double Edge(int number) =>
        PfnConstants.StandardisedLimit * Math.Sinh(PfnConstants.BarCurvature * (2.0 * number / PfnConstants.Bars - 1)) / Reach;
}
