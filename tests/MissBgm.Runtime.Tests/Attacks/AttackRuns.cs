using System.Diagnostics;
using System.Globalization;
using MissBgm.Runtime.Cli;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>Runs of the whole program in a process of its own, as it is attacked.</summary>
/// <param name="Code">Its exit code; 128 and more where a signal ended it.</param>
/// <param name="Messages">What it said.</param>
/// <param name="PeakMegabytes">Most memory it held at once.</param>
internal sealed record AttackRuns(int Code, string Messages, double PeakMegabytes)
{
    /// <summary>Whether the long runs are asked for.</summary>
    internal static bool Long { get; } = Environment.GetEnvironmentVariable("MISSBGM_ATTACKS") == "long";

    /// <summary>The program's words on a command line. Of its parts the tests' folder lacks what their own framework has, so it runs in that.</summary>
    internal static string[] Program { get; } =
        ["exec", "--runtimeconfig", Path.ChangeExtension(typeof(AttackRuns).Assembly.Location, "runtimeconfig.json"), typeof(MissBgmApp).Assembly.Location];

    /// <summary>The same for a shell.</summary>
    internal static string ShellProgram { get; } = "dotnet " + string.Join(' ', Program.Select(word => $"'{word}'"));

    /// <summary>Runs it to its end, within a minute.</summary>
    internal static AttackRuns Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [.. Program, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var (output, messages) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var (clock, peak) = (Stopwatch.StartNew(), 0L);
        // The system tells it of living processes alone.
        while (!process.WaitForExit(10))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), "it hangs");
            peak = Math.Max(peak, PeakKilobytes(process.Id));
        }

        _ = output.Result;
        return new AttackRuns(process.ExitCode, messages.Result, peak / 1024.0);
    }

    private static long PeakKilobytes(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            var number = line?.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1];
            return number is null ? 0 : long.Parse(number, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has just ended.
            return 0;
        }
    }
}
