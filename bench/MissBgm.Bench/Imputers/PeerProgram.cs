using System.Diagnostics;

namespace MissBgm.Bench.Imputers;

/// <summary>A program of <c>bench/peers/</c>: it prints the seconds of processor time that its imputation took.</summary>
internal static class PeerProgram
{
    /// <summary>Runs one on a single thread, as MissBGM's fit does; returns its seconds.</summary>
    /// <param name="command">The interpreter and the program.</param>
    /// <param name="arguments">What the program takes.</param>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static double Run(string[] command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command[0], [.. command[1..], .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var seconds = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', [.. command, .. arguments])} failed: {errors.Result}");
        return double.Parse(seconds);
    }
}
