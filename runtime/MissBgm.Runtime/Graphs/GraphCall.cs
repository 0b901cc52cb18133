using Microsoft.ML.OnnxRuntime;

namespace MissBgm.Runtime.Graphs;

/// <summary>An array bound to a graph's input or output.</summary>
/// <param name="Name">The input's or output's name in the graph.</param>
/// <param name="Data">The buffer; a call reads or writes it in place.</param>
/// <param name="Shape">Its shape.</param>
internal readonly record struct GraphTensor(string Name, float[] Data, params long[] Shape);

/// <summary>A graph with all inputs and outputs bound to arrays of the caller's: nothing is allocated or copied by a run.</summary>
internal sealed class GraphCall : IDisposable
{
    private const string WeightDraw = "draw";
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly List<OrtValue> _values = [];

    /// <summary>Binds the arrays by name.</summary>
    /// <param name="session">The graph.</param>
    /// <param name="fileName">Its file, for messages.</param>
    /// <param name="weightDraw">Which draw of Bayesian weights each run uses, [1]; read by graphs that have some.</param>
    /// <param name="tensors">The arrays.</param>
    /// <exception cref="BundleException">The graph lacks an input or output, or has one that is not bound.</exception>
    internal GraphCall(InferenceSession session, string fileName, long[] weightDraw, params ReadOnlySpan<GraphTensor> tensors)
    {
        _session = session;
        _binding = session.CreateIoBinding();
        var unbound = session.InputNames.Concat(session.OutputNames).ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (!unbound.Remove(tensor.Name)) throw new BundleException($"{fileName} has no input or output '{tensor.Name}'; export the bundle again with this version.");
            var value = OrtValue.CreateTensorValueFromMemory(tensor.Data, tensor.Shape);
            _values.Add(value);
            if (session.InputMetadata.ContainsKey(tensor.Name)) _binding.BindInput(tensor.Name, value);
            else _binding.BindOutput(tensor.Name, value);
        }

        if (unbound.Remove(WeightDraw))
        {
            _values.Add(OrtValue.CreateTensorValueFromMemory(weightDraw, []));
            _binding.BindInput(WeightDraw, _values[^1]);
        }

        if (unbound.Overlaps(session.InputNames))
        {
            throw new BundleException($"{fileName} has inputs unknown to this version: {string.Join(", ", unbound.Intersect(session.InputNames))}; use a newer missbgm.");
        }
    }

    /// <summary>Runs the graph on the arrays as they stand.</summary>
    internal void Run() => _session.RunWithBinding(_options, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        foreach (var value in _values) value.Dispose();
        _options.Dispose();
    }
}
