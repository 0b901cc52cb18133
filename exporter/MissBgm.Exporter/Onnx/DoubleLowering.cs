using MissBgm.Exporter.Graphs;

namespace MissBgm.Exporter.Onnx;

/// <summary>Rewrites a float64 graph in terms of the operators for which ONNX Runtime has a float64 kernel.</summary>
internal static class DoubleLowering
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
                ? target.Constant(data, null)
                : tensor.Operator!.InDouble(inputs) ?? Graph.Apply(tensor.Operator, inputs);
        }

        foreach (var port in source.Outputs) target.Output(port.Name, mapped[port.Tensor], port.Documentation);
        return target;
    }
}
