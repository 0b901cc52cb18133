using Microsoft.ML.OnnxRuntime;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Onnx;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Bench.Graphs;

/// <summary>A graph in a one-thread session with all ports bound to buffers, as the runtime binds them.</summary>
internal sealed class BoundGraph : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly int _rows;
    private readonly List<OrtValue> _values = [];
    private readonly Dictionary<string, float[]> _buffers = [];

    public BoundGraph(Graph graph, int rows, IReadOnlyDictionary<string, float> filled)
        : this(OnnxModel.Serialize(graph), rows, filled)
    {
    }

    /// <summary>Every dynamic axis has the given number of rows; inputs that are not filled with a constant are standard normal.</summary>
    public BoundGraph(byte[] model, int rows, IReadOnlyDictionary<string, float> filled)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        (_rows, _session) = (rows, new InferenceSession(model, settings));
        _binding = _session.CreateIoBinding();
        foreach (var (name, port) in _session.InputMetadata) _binding.BindInput(name, Bind(name, port, rows, filled));
        foreach (var (name, port) in _session.OutputMetadata) _binding.BindOutput(name, Bind(name, port, rows, filled));
    }

    public void Run() => _session.RunWithBinding(_options, _binding);

    /// <summary>Runs the graph as one does without binding: values made for each run, outputs given by the engine.</summary>
    public void RunUnbound()
    {
        OrtValue[] values = [.. _session.InputMetadata.Select(port => OrtValue.CreateTensorValueFromMemory(_buffers[port.Key], Shape(port.Value, _rows)))];
        using var results = _session.Run(_options, _session.InputNames, values, _session.OutputNames);
        foreach (var value in values) value.Dispose();
    }

    /// <summary>The buffer of a port of real numbers.</summary>
    public float[] this[string port] => _buffers[port];

    public void Dispose()
    {
        _binding.Dispose();
        _options.Dispose();
        foreach (var value in _values) value.Dispose();
        _session.Dispose();
    }

    private static long[] Shape(NodeMetadata port, int rows) => Array.ConvertAll(port.Dimensions, size => size < 0 ? rows : (long)size);

    private OrtValue Bind(string name, NodeMetadata port, int rows, IReadOnlyDictionary<string, float> filled)
    {
        var shape = Shape(port, rows);
        var size = shape.Aggregate(1L, (a, b) => a * b);
        var real = port.ElementType == typeof(float);
        if (real) _buffers[name] = Fill(name, new float[size], filled);
        var value = real ? OrtValue.CreateTensorValueFromMemory(_buffers[name], shape) : OrtValue.CreateTensorValueFromMemory(new bool[size], shape);
        _values.Add(value);
        return value;
    }

    private static float[] Fill(string name, float[] buffer, IReadOnlyDictionary<string, float> filled)
    {
        if (filled.TryGetValue(name, out var constant)) Array.Fill(buffer, constant);
        else new Philox(1).Normals(buffer, RandomPurpose.Simulation, 0, name.Length, 0);
        return buffer;
    }
}
