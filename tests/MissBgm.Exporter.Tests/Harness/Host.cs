using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;

namespace MissBgm.Exporter.Tests.Harness;

/// <summary>Runs an emitted graph in ONNX Runtime on real inputs, in the graph's own precision.</summary>
internal sealed class Host : IDisposable
{
    private readonly InferenceSession _session;

    public Host(Graph graph) : this(OnnxModel.Serialize(graph))
    {
    }

    public Host(byte[] model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        _session = new InferenceSession(model, options);
    }

    public Host(string path)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        _session = new InferenceSession(path, options);
    }

    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    public static Dictionary<string, double[]> Run(Graph graph, params (string Name, double[] Values, int[] Shape)[] inputs)
    {
        using var host = new Host(graph);
        return host.Run(inputs);
    }

    public Dictionary<string, double[]> Run(params (string Name, double[] Values, int[] Shape)[] inputs)
    {
        var feeds = inputs.Select(input => Feed(input.Name, input.Values, input.Shape)).ToList();
        using var results = _session.Run(feeds);
        return results.ToDictionary(result => result.Name, Values);
    }

    public void Dispose() => _session.Dispose();

    private NamedOnnxValue Feed(string name, double[] values, int[] shape) => _session.InputMetadata[name].ElementDataType switch
    {
        TensorElementType.Double => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<double>(values, shape)),
        TensorElementType.Int64 => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(Array.ConvertAll(values, value => (long)value), shape)),
        TensorElementType.Bool => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<bool>(Array.ConvertAll(values, value => value != 0), shape)),
        _ => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(Array.ConvertAll(values, value => (float)value), shape)),
    };

    private static double[] Values(DisposableNamedOnnxValue result) => result.Value switch
    {
        Tensor<float> single => [.. single.Select(value => (double)value)],
        Tensor<double> real => [.. real],
        Tensor<long> integers => [.. integers.Select(value => (double)value)],
        Tensor<bool> flags => [.. flags.Select(flag => flag ? 1.0 : 0.0)],
        _ => throw new InvalidOperationException($"{result.Name} is a {result.Value.GetType()}"),
    };
}
