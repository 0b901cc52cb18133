using System.Globalization;

namespace MissBgm.Runtime.Files;

/// <summary>
/// Places in the writing of outputs at which a test makes the system fail, or the process die: each is counted, and the n-th does it.
/// Without a test's word nothing happens.
/// </summary>
internal static class FaultPoint
{
    /// <summary>
    /// The variable of the environment that a test of a whole program sets: <c>fail:3</c> or <c>kill:3</c>, or <c>kill:3:write</c> to count
    /// writing alone.
    /// </summary>
    internal const string Variable = "MISSBGM_TEST_FAULT";

    private static readonly AsyncLocal<FaultPlan?> Present = new() { Value = null };
    private static readonly AsyncLocal<bool> NoExchange = new();
    private static readonly FaultPlan? OfProcess = FaultPlan.Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>What a test of this thread has asked for.</summary>
    internal static FaultPlan? Plan
    {
        get => Present.Value ?? OfProcess;
        set => Present.Value = value;
    }

    /// <summary>Whether a test plays a file system that cannot exchange two files.</summary>
    internal static bool CannotExchange
    {
        get => NoExchange.Value;
        set => NoExchange.Value = value;
    }

    /// <summary>Passes one of the places.</summary>
    /// <param name="work">What is about to be done.</param>
    /// <exception cref="IOException">A test has asked for it.</exception>
    internal static void Pass(string work) => Plan?.Pass(work);
}

/// <summary>At which of the places something happens.</summary>
/// <param name="kill">The process ends there, as by a power cut; else the system refuses what is about to be done.</param>
/// <param name="at">The place's number, from 1.</param>
/// <param name="counted">Of which work the places are counted; null for all.</param>
internal sealed class FaultPlan(bool kill, int at, string? counted = null)
{
    private const int NoSpace = 28;
    private int _passed;

    /// <summary>Places passed so far.</summary>
    internal int Passed => _passed;

    internal static FaultPlan? Parse(string? text) => text?.Split(':', 3) is [("fail" or "kill") and var kind, var number, .. var rest]
        ? new FaultPlan(kind == "kill", int.Parse(number, CultureInfo.InvariantCulture), rest.FirstOrDefault())
        : null;

    internal void Pass(string work)
    {
        if (counted is not null && work != counted) return;
        if (Interlocked.Increment(ref _passed) != at) return;
        if (!kill) throw new IOException($"No space left on device ({work})", NoSpace);
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
