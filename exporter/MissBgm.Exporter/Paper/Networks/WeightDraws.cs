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
        var copy = new Copy(draws, target);
        foreach (var port in first.Inputs) copy.Declare(port);
        var index = target.Input("draw", [], $"Which draw of the weights to use, 0 to {draws.Count - 1}; a scalar.", ElementType.Integer);
        copy.Fill(constants => Choose(target, constants, index), (scans, inputs) => Lift(target, scans, inputs, index));
        foreach (var port in first.Outputs) target.Output(port.Name, copy.Of(port), port.Documentation);
        return target;
    }

    // What runs again and again within the graph gets the chosen weights as a state that does not change.
    private static Tensor Lift(Graph target, IReadOnlyList<Tensor> scans, Tensor[] inputs, Tensor index)
    {
        Graph[] bodies = [.. scans.Select(scan => ((Scan)scan.Operator!).Body)];
        var body = new Graph(bodies[0].Name, bodies[0].Documentation, target.Precision);
        var copy = new Copy(bodies, body);
        foreach (var port in bodies[0].Inputs.SkipLast(1)) copy.Declare(port);
        var (chosen, weights) = (new List<Tensor>(), new List<Tensor>());
        copy.FillConstants(constants =>
        {
            var constant = Choose(target, constants, index);
            if (constant.Data is { } same) return body.Constant(same, null);
            chosen.Add(constant);
            weights.Add(body.Input($"weight_{chosen.Count}", constant.Shape, "", constant.Type));
            return weights[^1];
        });
        copy.Declare(bodies[0].Inputs[^1]);
        copy.Fill(_ => throw new GraphException($"{body.Name}: a constant is not there"), (scans, _) =>
            throw new GraphException($"{body.Name} runs {scans[0]} again and again within itself"));
        foreach (var port in bodies[0].Outputs.SkipLast(1)) body.Output(port.Name, copy.Of(port), port.Documentation);
        for (var i = 0; i < weights.Count; i++) body.Output($"next_weight_{i + 1}", weights[i], "");
        body.Output(bodies[0].Outputs[^1].Name, copy.Of(bodies[0].Outputs[^1]), bodies[0].Outputs[^1].Documentation);
        return Graph.Apply(new Scan(body), [.. inputs[..^1], .. chosen, inputs[^1]]);
    }

    private static Tensor Choose(Graph target, IReadOnlyList<Tensor> constants, Tensor index)
    {
        var same = constants.Select(constant => constant.Data!.Key(target.Precision)).Distinct().Count() == 1;
        return same
            ? target.Constant(constants[0].Data!, null)
            : target.Constant(TensorData.Stack([.. constants.Select(constant => constant.Data!)]), null).Gather(index, 0);
    }

    /// <summary>The first of several graphs that are built alike, node by node in another graph.</summary>
    private sealed class Copy
    {
        private readonly IReadOnlyList<Tensor>[] _nodes;
        private readonly Dictionary<Tensor, int>[] _positions;
        private readonly Tensor?[] _copied;

        internal Copy(IReadOnlyList<Graph> graphs, Graph target)
        {
            Target = target;
            _nodes = [.. graphs.Select(graph => Reachable.From(graph.Inputs.Concat(graph.Outputs).Select(port => port.Tensor)))];
            if (_nodes.Any(list => list.Count != _nodes[0].Count))
            {
                throw new GraphException($"{graphs[0].Name}: the draws' graphs differ in their number of nodes");
            }

            _positions = [.. _nodes.Select(list => list.Select((node, i) => (node, i)).ToDictionary(pair => pair.node, pair => pair.i))];
            _copied = new Tensor?[_nodes[0].Count];
        }

        private Graph Target { get; }

        internal Tensor Of(GraphPort port) => _copied[_positions[0][port.Tensor]]!;

        internal void Declare(GraphPort port) =>
            _copied[_positions[0][port.Tensor]] = Target.Input(port.Name, port.Tensor.Shape, port.Documentation, port.Tensor.Type);

        internal void FillConstants(Func<IReadOnlyList<Tensor>, Tensor> constant)
        {
            for (var i = 0; i < _copied.Length; i++)
            {
                RequireAlike(i);
                if (_nodes[0][i].Data is not null) _copied[i] = constant([.. _nodes.Select(list => list[i])]);
            }
        }

        internal void Fill(Func<IReadOnlyList<Tensor>, Tensor> constant, Func<IReadOnlyList<Tensor>, Tensor[], Tensor> scan)
        {
            for (var i = 0; i < _copied.Length; i++)
            {
                RequireAlike(i);
                if (_copied[i] is not null) continue;
                Tensor[] draws = [.. _nodes.Select(list => list[i])];
                Tensor[] inputs = [.. draws[0].Inputs.Select(input => _copied[_positions[0][input]]!)];
                _copied[i] = draws[0].Data is not null ? constant(draws)
                    : draws[0].Operator is Scan ? scan(draws, inputs)
                    : Graph.Apply(draws[0].Operator!, inputs);
            }
        }

        private void RequireAlike(int i)
        {
            var reference = _nodes[0][i];
            for (var draw = 1; draw < _nodes.Length; draw++)
            {
                var other = _nodes[draw][i];
                var alike = (reference.Operator == other.Operator || (reference.Operator is Scan && other.Operator is Scan))
                    && reference.Shape.Equals(other.Shape) && (reference.Data is null) == (other.Data is null)
                    && reference.Inputs.Select(input => _positions[0][input]).SequenceEqual(other.Inputs.Select(input => _positions[draw][input]));
                if (!alike) throw new GraphException($"{reference.Graph.Name}: draw {draw} has {other.Describe()} where the first has {reference.Describe()}");
            }
        }
    }
}
