using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MissBgm.Runtime.Graphs;

/// <summary>An array bound to a graph's input or output.</summary>
/// <param name="Name">The input's or output's name in the graph.</param>
/// <param name="Data">The buffer; a call reads or writes it in place.</param>
/// <param name="Shape">Its shape.</param>
internal readonly record struct GraphTensor(string Name, float[] Data, params long[] Shape);

/// <summary>
/// A graph with all inputs and outputs bound to arrays of the caller's, once for all runs. On the processor nothing is allocated or copied by a run. On
/// another device ONNX Runtime copies an input when it is bound, so that every run binds the inputs anew; or tensors are kept there at addresses that do not
/// change, as a captured CUDA graph wants them, and runs copy to and from these.
/// </summary>
internal sealed class GraphCall : IDisposable
{
    private const string WeightDraw = "draw";

    // Runs of one capture have a number of their own: a session's graph is captured once for each.
    private const string CaptureNumber = "gpu_graph_id";

    private static int _captures;
    private readonly InferenceSession _session;
    private readonly string _fileName;
    private readonly OrtIoBinding _binding;
    private readonly GraphRun _run;
    private readonly List<OrtValue> _values = [];
    private readonly List<(string Name, OrtValue Value)> _copied = [];
    private readonly bool _onDevice;
    private readonly OrtAllocator? _device;
    private readonly (List<OrtValue> Arrays, List<OrtValue> Kept) _inputs = ([], []);
    private readonly (List<OrtValue> Arrays, List<OrtValue> Kept) _outputs = ([], []);

    /// <summary>Binds the arrays by name.</summary>
    /// <param name="session">The graph.</param>
    /// <param name="fileName">Its file, for messages.</param>
    /// <param name="place">Where the session computes, and how its tensors get there.</param>
    /// <param name="weightDraw">Which draw of Bayesian weights each run uses, [1]; read by graphs that have some.</param>
    /// <param name="cancellation">Ends a run early.</param>
    /// <param name="tensors">The arrays.</param>
    /// <exception cref="BundleException">The graph lacks an input or output, has one that is not bound, or has one of another type or shape.</exception>
    internal GraphCall(
        InferenceSession session, string fileName, TensorPlace place, long[] weightDraw, CancellationToken cancellation,
        params ReadOnlySpan<GraphTensor> tensors)
    {
        (_session, _fileName, _onDevice, _run) = (session, fileName, place.OnDevice, new GraphRun(cancellation));
        _binding = session.CreateIoBinding();
        if (place.Kept is { } memory)
        {
            _device = new OrtAllocator(session, memory);
            _run.Options.AddRunConfigEntry(CaptureNumber, $"{Interlocked.Increment(ref _captures)}");
        }
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
            if (isInput) BindInput(tensor.Name, value, TensorElementType.Float, tensor.Shape);
            else BindOutput(tensor.Name, value, tensor.Shape);
        }

        if (session.InputMetadata.TryGetValue(WeightDraw, out var draw) && unbound.Remove(WeightDraw))
        {
            GraphPorts.Require(fileName, WeightDraw, draw, TensorElementType.Int64, []);
            BindInput(WeightDraw, OrtValue.CreateTensorValueFromMemory(weightDraw, []), TensorElementType.Int64, []);
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
            Copy(_inputs.Arrays, _inputs.Kept);
            _session.RunWithBinding(_run.Options, _binding);
            Copy(_outputs.Kept, _outputs.Arrays);
        }
        catch (OnnxRuntimeException e)
        {
            throw _run.Explain(_fileName, e);
        }
    }

    private void BindInput(string name, OrtValue value, TensorElementType type, long[] shape)
    {
        _values.Add(value);
        if (_device is not null) _binding.BindInput(name, Keep(value, type, shape, _inputs));
        else if (_onDevice) _copied.Add((name, value));
        else _binding.BindInput(name, value);
    }

    private void BindOutput(string name, OrtValue value, long[] shape)
    {
        _values.Add(value);
        _binding.BindOutput(name, _device is null ? value : Keep(value, TensorElementType.Float, shape, _outputs));
    }

    private void Copy(List<OrtValue> from, List<OrtValue> to)
    {
        if (from.Count == 0) return;
        if (_onDevice)
        {
            OrtEnv.Instance().CopyTensors(from, to, null);
            return;
        }

        for (var i = 0; i < from.Count; i++) from[i].GetTensorMutableRawData().CopyTo(to[i].GetTensorMutableRawData());
    }

    private OrtValue Keep(OrtValue array, TensorElementType type, long[] shape, (List<OrtValue> Arrays, List<OrtValue> Kept) pairs)
    {
        var kept = OrtValue.CreateAllocatedTensorValue(_device!, type, shape);
        pairs.Arrays.Add(array);
        pairs.Kept.Add(kept);
        _values.Add(kept);
        return kept;
    }

    public void Dispose()
    {
        _binding.Dispose();
        foreach (var value in _values) value.Dispose();
        _device?.Dispose();
        _run.Dispose();
    }
}
