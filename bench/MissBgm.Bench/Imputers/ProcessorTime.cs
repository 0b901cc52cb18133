using System.Diagnostics;

namespace MissBgm.Bench.Imputers;

/// <summary>Measures the processor time of work done in this process.</summary>
internal static class ProcessorTime
{
    /// <summary>Does the work and says how many seconds of processor time it took.</summary>
    public static (T Result, double Seconds) Measure<T>(Func<T> work)
    {
        var before = Used();
        var result = work();
        return (result, (Used() - before).TotalSeconds);
    }

    internal static TimeSpan Used()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
