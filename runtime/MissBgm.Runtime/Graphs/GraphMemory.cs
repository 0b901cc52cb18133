using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Runtime.Graphs;

/// <summary>
/// How much memory graphs may take for what they compute, all sessions of the process together and weights aside. A graph of a few hundred bytes can ask for
/// any amount: it is refused what is beyond the limit before any of it is taken.
/// </summary>
internal static class GraphMemory
{
    /// <summary>The variable of the environment that sets the limit, in MB; 0 lifts it.</summary>
    internal const string Variable = "MISSBGM_GRAPH_MEMORY_MB";

    // ONNX Runtime takes the limit as a 32-bit number of bytes.
    private const uint Most = uint.MaxValue - 4095;

    // An amount below which no constant of a graph is worth a thought.
    private const long HarmlessBytes = 16L << 20;

    private static readonly Lazy<bool> Limited = new(Limit);

    /// <summary>Puts the limits into a session's options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="graph">The graph.</param>
    internal static void Apply(SessionOptions options, GraphSource graph)
    {
        // What is computed from constants alone is computed when the graph is loaded: half-precision weights become single there, and nothing else is large.
        var folded = Math.Max(HarmlessBytes, 4L * graph.Bytes.Length).ToString(CultureInfo.InvariantCulture);
        options.AddSessionConfigEntry("optimization.constant_folding_max_output_size_in_bytes", folded);
        if (!Limited.Value) return;
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
    }

    /// <summary>What to do where a run failed for want of memory; nothing for other failures.</summary>
    internal static string Hint(OnnxRuntimeException failure) => failure.Message.Contains("memory", StringComparison.OrdinalIgnoreCase)
        ? $" If you trust the bundle, lower --threads, or set {Variable} to 0 to lift the limit."
        : "";

    private static bool Limit()
    {
        var most = Math.Min(Most, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes))
            {
                throw new UserInputException($"{Variable} is '{text}'; allowed is a number of megabytes, or 0 for no limit.");
            }
            if (megabytes == 0) return false;
            most = Math.Min(Most, megabytes << 20);
        }

        try
        {
            using var place = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
            using var arena = new OrtArenaCfg((uint)most, arenaExtendStrategy: 0, initialChunkSizeBytes: -1, maxDeadBytesPerChunk: -1);
            OrtEnv.Instance().CreateAndRegisterAllocator(place, arena);
            return true;
        }
        catch (OnnxRuntimeException)
        {
            // The host has an arena of its own, with a limit of its own.
            return true;
        }
    }
}
