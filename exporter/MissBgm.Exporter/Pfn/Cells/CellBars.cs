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

    /// <summary>Degrees of freedom of the Student's t about a guess: tails so heavy that no value takes a network by surprise.</summary>
    public const double TailFreedom = 4;

    /// <summary>What makes its standard deviation the guess's error.</summary>
    public static readonly double TailScale = Math.Sqrt((TailFreedom - 2) / TailFreedom);

    /// <summary>The edges, [bars + 1].</summary>
    public static IReadOnlyList<double> Edges { get; } = [.. Enumerable.Range(0, PfnConstants.Bars + 1).Select(Edge)];

    /// <summary>The middles of the bars, [bars].</summary>
    public static double[] Middles { get; } = [.. Edges.Zip(Edges.Skip(1), (low, high) => (low + high) / 2)];

    /// <summary>Second moments of even densities on the bars, [bars].</summary>
    public static double[] Squares { get; } = [.. Edges.Zip(Edges.Skip(1), (low, high) => (low * low + low * high + high * high) / 3)];

    /// <summary>Log probabilities of the bars, [..., bars].</summary>
    /// <param name="weights">The network.</param>
    /// <param name="cells">Embeddings of cells, [..., D].</param>
    /// <param name="guess">The regressions' guesses and their error, [...] or of a shape that fits; null of a network that asks none.</param>
    internal static Tensor LogProbabilities(PfnWeights weights, Tensor cells, CellGuess? guess)
    {
        var logits = weights.Linear(weights.Linear(cells, "bars_hidden").Gelu(), "bars_output");
        return (guess is null ? logits : logits + LogMasses(guess)).LogSoftmax();
    }

    /// <summary>Mean and standard deviation of distributions over the last axis.</summary>
    internal static (Tensor Mean, Tensor Deviation) Moments(Tensor logProbabilities)
    {
        var (probabilities, last) = (logProbabilities.Exp(), logProbabilities.Shape.Rank - 1);
        Tensor Expected(double[] ofBar) => (probabilities * probabilities.Graph.Constant(ofBar, [PfnConstants.Bars])).Sum(last);
        var mean = Expected(Middles);
        return (mean, (Expected(Squares) - mean.Square()).Max(PfnConstants.SmallestCellVariance).Sqrt());
    }

    // By Student's t about the guesses, up to a constant, [..., bars].
    private static Tensor LogMasses(CellGuess guess)
    {
        var (graph, last) = (guess.Mean.Graph, guess.Mean.Shape.Rank);
        var off = (graph.Constant(Middles, [PfnConstants.Bars]) - guess.Mean.Unsqueeze(last)) / (guess.Spread.Unsqueeze(guess.Spread.Shape.Rank) * TailScale);
        double[] widths = [.. Edges.Zip(Edges.Skip(1), (low, high) => Math.Log(high - low))];
        return graph.Constant(widths, [PfnConstants.Bars]) - (off.Square() * (1 / TailFreedom) + 1).Log() * ((TailFreedom + 1) / 2);
    }

    private static double Edge(int number) =>
        PfnConstants.StandardisedLimit * Math.Sinh(PfnConstants.BarCurvature * (2.0 * number / PfnConstants.Bars - 1)) / Reach;
}
