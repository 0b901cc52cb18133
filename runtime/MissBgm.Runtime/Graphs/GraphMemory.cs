using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using MissBgm.Runtime.Bundles;

namespace MissBgm.Runtime.Graphs;

/// <summary>
/// How much memory graphs may take for what they compute, all sessions of the process together and weights aside. A graph of a few hundred
/// bytes can ask for
/// any amount: it is refused what is beyond the limit before any of it is taken. The limit follows from the size of the model, and for a
/// pretrained one from that
/// of the table too; it is that of the largest so far.
/// </summary>
internal static class GraphMemory
{
    /// <summary>The variable of the environment that sets the limit, in MB; 0 lifts it.</summary>
    internal const string Variable = "MISSBGM_GRAPH_MEMORY_MB";

    /// <summary>What any model gets, and more than most need.</summary>
    internal const long Least = 96L << 20;

    // ONNX Runtime takes the limit as a 32-bit number of bytes.
    private const uint Most = uint.MaxValue - 4095;

    // Powers of two would leave gaps of which the limit's rest is too small to make room for.
    private const int SameAsRequested = 1;

    // An amount below which no constant of a graph is worth a thought.
    private const long HarmlessBytes = 16L << 20;

    private static readonly Lock Changing = new();
    private static readonly OrtMemoryInfo Place;
    private static long _limit;
    private static bool _hostHasItsOwn;

    static GraphMemory()
    {
        Telemetry.TurnOff();
        Place = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
    }

    /// <summary>Puts the limits into a session's options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="graph">The graph.</param>
    internal static void Apply(SessionOptions options, GraphSource graph)
    {
        // What is computed from constants alone is computed when the graph is loaded: half-precision weights become single there, and
        // nothing else is large.
        var folded = Math.Max(HarmlessBytes, 4L * graph.Bytes.Length).ToString(CultureInfo.InvariantCulture);
        options.AddSessionConfigEntry("optimization.constant_folding_max_output_size_in_bytes", folded);
        if (Asked() == 0) return;
        Grant(0);
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
    }

    /// <summary>Raises the limit to what is needed, unless the environment sets it; sessions opened from then on have it.</summary>
    /// <param name="bytes">What is needed besides <see cref="Least"/>, with room to spare.</param>
    /// <returns>Whether it was raised, so that sessions opened before have less.</returns>
    internal static bool Grant(long bytes)
    {
        var asked = Asked();
        if (asked == 0) return false;
        var limit = asked ?? Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, bytes < Most - Least ? bytes + Least : Most);
        limit = Math.Min(Most, limit);
        lock (Changing)
        {
            if (limit <= _limit || _hostHasItsOwn) return false;
            try
            {
                // Sessions keep the arena they were opened with.
                if (_limit > 0) OrtEnv.Instance().UnregisterAllocator(Place);
                using var arena = new OrtArenaCfg((uint)limit, arenaExtendStrategy: SameAsRequested, initialChunkSizeBytes: -1, maxDeadBytesPerChunk: -1);
                OrtEnv.Instance().CreateAndRegisterAllocator(Place, arena);
                _limit = limit;
                return true;
            }
            catch (OnnxRuntimeException)
            {
                // The host has an arena of its own, with a limit of its own.
                _hostHasItsOwn = true;
                return false;
            }
        }
    }

    /// <summary>What to do where a run failed for want of memory; nothing for other failures.</summary>
    internal static string Hint(OnnxRuntimeException failure) => failure.Message.Contains("memory", StringComparison.OrdinalIgnoreCase)
        ? $" If you trust the bundle, lower --threads, or set {Variable} to a number of MB, or to 0 for no limit."
        : "";

    // The limit that the environment sets, in bytes.
    private static long? Asked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes) && megabytes <= long.MaxValue >> 20
            ? megabytes << 20
            : throw new UserInputException($"{Variable} is '{text}'; allowed is a number of megabytes, or 0 for no limit.");
    }
}
