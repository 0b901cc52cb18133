using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Operators;

/// <summary>
/// A graph run again and again: over the first axis of its last input, with the other inputs as the state that each run hands to the next.
/// The body's last output is kept of every run; its other outputs are the next state.
/// </summary>
/// <param name="Body">Its inputs: the state, then a slice. Its outputs: the next state, then what is kept.</param>
internal sealed record Scan(Graph Body) : Operator
{
    internal override IEnumerable<OperatorAttribute> Attributes => [new("body", Body), new("num_scan_inputs", 1L)];

    internal override IEnumerable<string> Unused => Body.Outputs.SkipLast(1).Select(port => port.Name);

    internal override bool ResultIsLast => true;

    internal override (ElementType Type, Shape Shape) Infer(IReadOnlyList<Tensor> inputs)
    {
        var state = inputs.SkipLast(1).ToArray();
        if (Body.Inputs.Count != inputs.Count || Body.Outputs.Count != inputs.Count)
        {
            throw new GraphException($"{Body.Name} has {Body.Inputs.Count} inputs and {Body.Outputs.Count} outputs, and {inputs.Count} are wanted");
        }
        for (var i = 0; i < state.Length; i++)
        {
            foreach (var port in new[] { Body.Inputs[i], Body.Outputs[i] })
            {
                var fits = port.Tensor.Type == state[i].Type && port.Tensor.Shape.Equals(state[i].Shape);
                if (!fits) throw new GraphException($"'{port.Name}' of {Body.Name} is {port.Tensor}, and its state is {state[i]}");
            }
        }

        var kept = Body.Outputs[^1].Tensor;
        return (kept.Type, [inputs[^1].Shape[0], .. kept.Shape]);
    }
}
