using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Networks;

/// <summary>Discrete columns given the log-probabilities of their levels (MissBGM Section 4.1).</summary>
public static class DiscreteColumns
{
    /// <summary>Level numbers as the networks see them.</summary>
    /// <param name="numbers">Level numbers from 0, [N, columns].</param>
    /// <param name="levels">Levels of each column.</param>
    /// <returns>One-hot, [N, sum of levels].</returns>
    public static Tensor OneHot(Tensor numbers, IReadOnlyList<int> levels)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        long[] column = [.. levels.SelectMany((count, j) => Enumerable.Repeat((long)j, count))];
        double[] level = [.. levels.SelectMany(count => Enumerable.Range(0, count).Select(k => (double)k))];
        var graph = numbers.Graph;
        return (numbers.Gather(graph.Integers(column), 1) - graph.Constant(level, [1, level.Length])).Abs().Less(0.5).Cast(ElementType.Real);
    }

    /// <summary>A draw of one discrete column by inversion.</summary>
    /// <param name="logProbabilities">[N, levels].</param>
    /// <param name="uniform">[N, 1].</param>
    /// <returns>The level's number, [N, 1].</returns>
    public static Tensor Draw(Tensor logProbabilities, Tensor uniform)
    {
        ArgumentNullException.ThrowIfNull(logProbabilities);
        var levels = logProbabilities.Shape[1].Size!.Value;

        // Column k is p_0 + ... + p_k, k < levels - 1; the last level takes what is left.
        var cumulative = new double[levels * (levels - 1)];
        for (var i = 0; i < levels; i++)
        {
            for (var k = i; k < levels - 1; k++) cumulative[i * (levels - 1) + k] = 1;
        }

        var below = uniform.Less(logProbabilities.Exp().MatMul(logProbabilities.Graph.Constant(cumulative, [levels, levels - 1])));
        return (1 - below.Cast(ElementType.Real)).Sum(1, keepAxis: true);
    }

    /// <summary>The parts of a matrix that belong to each column, in order.</summary>
    public static IReadOnlyList<Tensor> Split(Tensor x, IReadOnlyList<int> widths)
    {
        ArgumentNullException.ThrowIfNull(widths);
        var starts = widths.Select((_, i) => (long)widths.Take(i).Sum());
        return [.. starts.Zip(widths, (start, width) => x.Slice(1, start, start + width))];
    }
}
