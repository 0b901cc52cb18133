using Microsoft.ML.OnnxRuntime;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Bench.Graphs;

/// <summary>A graph in a one-thread session with all ports bound to buffers, as the runtime binds them.</summary>
internal sealed class BoundGraph : IDisposable
{
    private readonly InferenceSession session;
    private readonly OrtIoBinding binding;
    private readonly RunOptions options = new();
    private readonly List<OrtValue> values = [];
    private readonly Dictionary<string, float[]> buffers = [];

    public BoundGraph(Graph graph, int rows, IReadOnlyDictionary<string, float> filled)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        session = new InferenceSession(OnnxModel.Serialize(graph), settings);
        binding = session.CreateIoBinding();
        foreach (var port in graph.Inputs) binding.BindInput(port.Name, Bind(port, rows, filled));
        foreach (var port in graph.Outputs) binding.BindOutput(port.Name, Bind(port, rows, filled));
    }

    public void Run() => session.RunWithBinding(options, binding);

    /// <summary>The buffer of a port of real numbers.</summary>
    public float[] this[string port] => buffers[port];

    public void Dispose()
    {
        binding.Dispose();
        options.Dispose();
        foreach (var value in values) value.Dispose();
        session.Dispose();
    }

    private OrtValue Bind(GraphPort port, int rows, IReadOnlyDictionary<string, float> filled)
    {
        long[] shape = [.. port.Tensor.Shape.Select(dimension => dimension.Size ?? rows)];
        var size = shape.Aggregate(1L, (a, b) => a * b);
        if (port.Tensor.Type == ElementType.Real) buffers[port.Name] = Fill(port.Name, new float[size], filled);
        var value = port.Tensor.Type == ElementType.Real
            ? OrtValue.CreateTensorValueFromMemory(buffers[port.Name], shape)
            : OrtValue.CreateTensorValueFromMemory(new bool[size], shape);
        values.Add(value);
        return value;
    }

    private static float[] Fill(string name, float[] buffer, IReadOnlyDictionary<string, float> filled)
    {
        if (filled.TryGetValue(name, out var constant)) Array.Fill(buffer, constant);
        else new Philox(1).Normals(buffer, RandomPurpose.Simulation, 0, name.Length, 0);
        return buffer;
    }
}
