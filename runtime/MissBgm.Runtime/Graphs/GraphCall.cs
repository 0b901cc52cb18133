using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MissBgm.Runtime.Graphs;

/// <summary>An array bound to a graph's input or output.</summary>
/// <param name="Name">The input's or output's name in the graph.</param>
/// <param name="Data">The buffer; a call reads or writes it in place.</param>
/// <param name="Shape">Its shape.</param>
internal readonly record struct GraphTensor(string Name, float[] Data, params long[] Shape);

/// <summary>
/// A graph with all inputs and outputs bound to arrays of the caller's. On the processor nothing is allocated or copied by a run; ONNX Runtime copies an
/// input to another device when it is bound, so there every run binds the inputs anew, and outputs are copied into their arrays at its end.
/// </summary>
internal sealed class GraphCall : IDisposable
{
    private const string WeightDraw = "draw";
    private readonly InferenceSession _session;
    private readonly string _fileName;
    private readonly OrtIoBinding _binding;
    private readonly GraphRun _run;
    private readonly List<OrtValue> _values = [];
    private readonly List<(string Name, OrtValue Value)> _copied = [];

    /// <summary>Binds the arrays by name.</summary>
    /// <param name="session">The graph.</param>
    /// <param name="fileName">Its file, for messages.</param>
    /// <param name="onDevice">Whether the session computes elsewhere than on the processor.</param>
    /// <param name="weightDraw">Which draw of Bayesian weights each run uses, [1]; read by graphs that have some.</param>
    /// <param name="cancellation">Ends a run early.</param>
    /// <param name="tensors">The arrays.</param>
    /// <exception cref="BundleException">The graph lacks an input or output, has one that is not bound, or has one of another type or shape.</exception>
    internal GraphCall(
        InferenceSession session, string fileName, bool onDevice, long[] weightDraw, CancellationToken cancellation,
        params ReadOnlySpan<GraphTensor> tensors)
    {
        (_session, _fileName, _run) = (session, fileName, new GraphRun(cancellation));
        _binding = session.CreateIoBinding();
        var unbound = session.InputNames.Concat(session.OutputNames).ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (!unbound.Remove(tensor.Name))
            {
                throw new BundleException($"{fileName} has no input or output '{tensor.Name}'; export the bundle again with this version.");
            }
            var isInput = session.InputMetadata.TryGetValue(tensor.Name, out var declared);
            GraphPorts.Require(fileName, tensor.Name, declared ?? session.OutputMetadata[tensor.Name], TensorElementType.Float, tensor.Shape);
            var value = OrtValue.CreateTensorValueFromMemory(tensor.Data, tensor.Shape);
            if (isInput) BindInput(tensor.Name, value, onDevice);
            else BindOutput(tensor.Name, value);
        }

        if (session.InputMetadata.TryGetValue(WeightDraw, out var draw) && unbound.Remove(WeightDraw))
        {
            GraphPorts.Require(fileName, WeightDraw, draw, TensorElementType.Int64, []);
            BindInput(WeightDraw, OrtValue.CreateTensorValueFromMemory(weightDraw, []), onDevice);
        }

        if (unbound.Overlaps(session.InputNames))
        {
            throw new BundleException(
                $"{fileName} has inputs unknown to this version: {string.Join(", ", unbound.Intersect(session.InputNames))}; use a "
                + "newer missbgm.");
        }
    }

    /// <summary>Runs the graph on the arrays as they stand.</summary>
    /// <exception cref="BundleException">ONNX Runtime fails at it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal void Run()
    {
        try
        {
            foreach (var (name, value) in _copied) _binding.BindInput(name, value);
            _session.RunWithBinding(_run.Options, _binding);
        }
        catch (OnnxRuntimeException e)
        {
            throw _run.Explain(_fileName, e);
        }
    }

    private void BindInput(string name, OrtValue value, bool onDevice)
    {
        _values.Add(value);
        if (onDevice) _copied.Add((name, value));
        else _binding.BindInput(name, value);
    }

    private void BindOutput(string name, OrtValue value)
    {
        _values.Add(value);
        _binding.BindOutput(name, value);
    }

    public void Dispose()
    {
        _binding.Dispose();
        foreach (var value in _values) value.Dispose();
        _run.Dispose();
    }
}
