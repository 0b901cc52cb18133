using Microsoft.ML.OnnxRuntime;

namespace MissBgm.Runtime.Graphs;

/// <summary>Runs of graphs that end early when they are cancelled, and whose failures are told as such.</summary>
internal sealed class GraphRun : IDisposable
{
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _registration;

    /// <param name="cancellation">Ends a run at the next node.</param>
    internal GraphRun(CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _registration = cancellation.Register(() => Options.Terminate = true);
    }

    /// <summary>What the runs are given.</summary>
    internal RunOptions Options { get; } = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    /// <summary>Has runs give back at their ends what memory they took: runs of other shapes would find it in pieces too small for them.</summary>
    internal void GiveMemoryBack() => Options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");

    /// <summary>What a run's failure is to the caller: the cancellation, or a fault of the bundle.</summary>
    /// <param name="fileName">The graph's file.</param>
    /// <param name="failure">What ONNX Runtime says.</param>
    internal Exception Explain(string fileName, OnnxRuntimeException failure) => _cancellation.IsCancellationRequested
        ? new OperationCanceledException(_cancellation)
        : new BundleException($"{fileName} failed when ONNX Runtime ran it: {failure.Message.Trim()}{GraphMemory.Hint(failure)}", failure);

    public void Dispose()
    {
        // Waits for a cancellation in progress, which sets the options.
        _registration.Dispose();
        Options.Dispose();
    }
}
