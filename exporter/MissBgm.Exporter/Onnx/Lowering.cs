using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Onnx;

/// <summary>Rewrites a graph in terms of the operators for which ONNX Runtime has a kernel in its precision, and a fast one.</summary>
internal static class Lowering
{
    public static Graph Apply(Graph source)
    {
        var target = new Graph(source.Name, source.Documentation, source.Precision);
        var mapped = new Dictionary<Tensor, Tensor>();
        foreach (var port in source.Inputs) mapped[port.Tensor] = target.Input(port.Name, port.Tensor.Shape, port.Documentation, port.Tensor.Type);
        foreach (var tensor in Reachable.From(source.Outputs.Select(port => port.Tensor)))
        {
            if (mapped.ContainsKey(tensor)) continue;
            if (tensor.Data is null && tensor.Operator is null) throw new GraphException($"{source.Name}: an output depends on the stand-in {tensor}");
            Tensor[] inputs = [.. tensor.Inputs.Select(input => mapped[input])];
            mapped[tensor] = tensor.Data is { } data
                ? target.Constant(data, tensor.IsNamed ? tensor.Name : null)
                : tensor.Operator!.Lowered(inputs, source.Precision) ?? Graph.Apply(tensor.Operator, inputs);
        }

        foreach (var port in source.Outputs) target.Output(port.Name, mapped[port.Tensor], port.Documentation);
        return target;
    }
}
