using Microsoft.ML.OnnxRuntime;

namespace MissBgm.Runtime.Graphs;

/// <summary>Where a session computes, and how the tensors that are bound to it get there.</summary>
/// <param name="OnDevice">Whether it computes elsewhere than on the processor.</param>
/// <param name="Kept">Memory in which bound tensors stay at addresses that do not change; null to hand arrays over in every run.</param>
internal readonly record struct TensorPlace(bool OnDevice, OrtMemoryInfo? Kept = null)
{
    /// <summary>The variable of the environment that asks for CUDA graphs: the runs of a bound graph are captured once and replayed.</summary>
    internal const string CudaGraphs = "MISSBGM_CUDA_GRAPHS";

    /// <summary>Whether CUDA graphs are asked for.</summary>
    internal static bool CapturesGraphs => Environment.GetEnvironmentVariable(CudaGraphs) == "1";

    /// <summary>The place of sessions on a device.</summary>
    internal static TensorPlace Of(ComputeDevice device) => device == ComputeDevice.Cpu
        ? default
        : new TensorPlace(true, CapturesGraphs ? new OrtMemoryInfo("Cuda", OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default) : null);
}
