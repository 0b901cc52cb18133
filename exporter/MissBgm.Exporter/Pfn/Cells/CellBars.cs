using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Pfn.Cells;

/// <summary>
/// The bars of a cell's distribution over standardised values: their edges are spaced as a hyperbolic sine, narrow where most values lie, and within a
/// bar the density is even (Mueller et al., 2022, Section 5, "Riemann distribution").
/// </summary>
public static class CellBars
{
    private static readonly double Reach = Math.Sinh(PfnConstants.BarCurvature);

    /// <summary>The edges, [bars + 1].</summary>
    public static IReadOnlyList<double> Edges { get; } = [.. Enumerable.Range(0, PfnConstants.Bars + 1).Select(Edge)];

    /// <summary>The middles of the bars, [bars].</summary>
    public static double[] Middles { get; } = [.. Edges.Zip(Edges.Skip(1), (low, high) => (low + high) / 2)];

    /// <summary>Second moments of even densities on the bars, [bars].</summary>
    public static double[] Squares { get; } = [.. Edges.Zip(Edges.Skip(1), (low, high) => (low * low + low * high + high * high) / 3)];

    /// <summary>Log probabilities of the bars, [..., bars], from embeddings of cells, [..., D].</summary>
    internal static Tensor LogProbabilities(PfnWeights weights, Tensor cells) =>
        weights.Linear(weights.Linear(cells, "bars_hidden").Gelu(), "bars_output").LogSoftmax();

    /// <summary>Mean and standard deviation of distributions over the last axis.</summary>
    internal static (Tensor Mean, Tensor Deviation) Moments(Tensor logProbabilities)
    {
        var (probabilities, last) = (logProbabilities.Exp(), logProbabilities.Shape.Rank - 1);
        Tensor Expected(double[] ofBar) => (probabilities * probabilities.Graph.Constant(ofBar, [PfnConstants.Bars])).Sum(last);
        var mean = Expected(Middles);
        return (mean, (Expected(Squares) - mean.Square()).Max(PfnConstants.SmallestCellVariance).Sqrt());
    }

    private static double Edge(int number) =>
        PfnConstants.StandardisedLimit * Math.Sinh(PfnConstants.BarCurvature * (2.0 * number / PfnConstants.Bars - 1)) / Reach;
}
