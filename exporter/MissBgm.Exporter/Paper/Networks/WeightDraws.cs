using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;

namespace MissBgm.Exporter.Paper.Networks;

/// <summary>
/// Networks with Bayesian weights (MissBGM Section 4.1, Appendix I): K draws of the weights in one graph, one of which an input chooses. Works on any
/// graph: built once for each draw, then stacked.
/// </summary>
public static class WeightDraws
{
    /// <summary>
    /// The graph with every constant that differs between the draws stacked along a first axis, and a scalar integer input <c>draw</c> that
    /// chooses.
    /// </summary>
    /// <param name="draws">The same graph built from each draw of the weights.</param>
    /// <exception cref="GraphException">The graphs differ in more than their constants' values; the message names the node.</exception>
    public static Graph Stack(IReadOnlyList<Graph> draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        var first = draws[0];
        var target = new Graph(first.Name, $"{first.Documentation} Holds {draws.Count} draws of the weights.", first.Precision);
        var nodes = draws.Select(draw => Reachable.From(draw.Inputs.Concat(draw.Outputs).Select(port => port.Tensor))).ToArray();
        if (nodes.Any(list => list.Count != nodes[0].Count)) throw new GraphException($"{first.Name}: the draws' graphs differ in their number of nodes");
        var positions = nodes.Select(list => list.Select((node, i) => (node, i)).ToDictionary(pair => pair.node, pair => pair.i)).ToArray();

        var stacked = new Tensor[nodes[0].Count];
        foreach (var port in first.Inputs)
        {
            stacked[positions[0][port.Tensor]] = target.Input(port.Name, port.Tensor.Shape, port.Documentation, port.Tensor.Type);
        }
        var index = target.Input("draw", [], $"Which draw of the weights to use, 0 to {draws.Count - 1}; a scalar.", ElementType.Integer);
        for (var i = 0; i < stacked.Length; i++)
        {
            RequireAlike(nodes, positions, i);
            stacked[i] ??= nodes[0][i].Data is null
                ? Graph.Apply(nodes[0][i].Operator!, [.. nodes[0][i].Inputs.Select(input => stacked[positions[0][input]])])
                : Choose(target, [.. nodes.Select(list => list[i])], index);
        }

        foreach (var port in first.Outputs) target.Output(port.Name, stacked[positions[0][port.Tensor]], port.Documentation);
        return target;
    }

    private static Tensor Choose(Graph target, IReadOnlyList<Tensor> constants, Tensor index)
    {
        var same = constants.Select(constant => constant.Data!.Key(target.Precision)).Distinct().Count() == 1;
        return same
            ? target.Constant(constants[0].Data!, null)
            : target.Constant(TensorData.Stack([.. constants.Select(constant => constant.Data!)]), null).Gather(index, 0);
    }

    private static void RequireAlike(IReadOnlyList<Tensor>[] nodes, Dictionary<Tensor, int>[] positions, int i)
    {
        var reference = nodes[0][i];
        for (var draw = 1; draw < nodes.Length; draw++)
        {
            var other = nodes[draw][i];
            var alike = reference.Operator == other.Operator && reference.Shape.Equals(other.Shape) && (reference.Data is null) == (other.Data is null)
                && reference.Inputs.Select(input => positions[0][input]).SequenceEqual(other.Inputs.Select(input => positions[draw][input]));
            if (!alike) throw new GraphException($"{reference.Graph.Name}: draw {draw} has {other.Describe()} where the first has {reference.Describe()}");
        }
    }
}
