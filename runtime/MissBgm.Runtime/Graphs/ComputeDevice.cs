using Microsoft.ML.OnnxRuntime;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Runtime.Graphs;

/// <summary>Where graphs run.</summary>
public enum ComputeDevice
{
    /// <summary>The processor; always there.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU through ONNX Runtime's CUDA provider.</summary>
    Cuda,
}

/// <summary>ONNX Runtime sessions as this library wants them.</summary>
internal static class SessionFactory
{
    private static readonly Lazy<string> CudaLibrary = new(() =>
    {
        var path = Path.Combine(AppContext.BaseDirectory, "libonnxruntime_providers_cuda.so");
        OrtEnv.Instance().RegisterExecutionProviderLibrary("missbgm-cuda", path);
        return path;
    });

    static SessionFactory() => Telemetry.TurnOff();

    /// <summary>Creates a session: one thread, no spinning, no fallback from a requested device.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="plansMemory">Whether runs of shapes that were there before take what they need in one piece: less work, more memory.</param>
    /// <exception cref="BundleException">The file is not a graph of a bundle, or not one that this ONNX Runtime can run.</exception>
    /// <exception cref="UserInputException">The device is not there.</exception>
    internal static InferenceSession Create(GraphSource graph, ComputeDevice device, bool plansMemory = true)
    {
        GraphCheck.Require(graph);
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            EnableMemoryPattern = plansMemory,
            // The exception says it all; ONNX Runtime would print it besides.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        GraphMemory.Apply(options, graph);
        if (device == ComputeDevice.Cuda) RequestCuda(options);
        try
        {
            return graph.Path is null ? new InferenceSession(graph.Bytes, options) : new InferenceSession(graph.Path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new BundleException($"{graph.Name} cannot be run by ONNX Runtime {OrtEnv.Instance().GetVersionString()}: {e.Message}", e);
        }
    }

    private static void RequestCuda(SessionOptions options)
    {
        var environment = OrtEnv.Instance();
        var level = environment.EnvLogLevel;
        try
        {
            // The exception says it all; ONNX Runtime would print it besides.
            environment.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
            if (TensorPlace.CapturesGraphs) AppendCapturing(options);
            else options.AppendExecutionProvider_CUDA();
            // What the device cannot run must fail, not move to the processor unsaid.
            options.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1");
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw new UserInputException(
                $"--device cuda: ONNX Runtime's CUDA provider cannot be loaded on this machine ({e.Message.Trim()}). Use --device "
                + "cpu, or install an NVIDIA driver, CUDA and the provider library.",
                e);
        }
        finally
        {
            environment.EnvLogLevel = level;
        }
    }

    // What is copied to tensors that stay on the device is copied outside of runs, by the provider's library as the environment knows it.
    private static void AppendCapturing(SessionOptions options)
    {
        _ = CudaLibrary.Value;
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string> { ["enable_cuda_graph"] = "1" });
        options.AppendExecutionProvider_CUDA(cuda);
    }
}
